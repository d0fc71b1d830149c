"""The table [tool.fenceproof] of pyproject.toml: which site this is, and how its pages run."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any

from fenceproof.config import ConfigError
from fenceproof.site import Site

KINDS: tuple[tuple[type | UnionType, str], ...] = (
    (bool, "true or false"),
    (str, "a text"),
    (int | float, "a number of seconds"),
)


@dataclass(frozen=True)
class Settings:
    """What the table may say; paths are from the folder of pyproject.toml.

    `config` is mkdocs.yml, zensical.toml, or a folder of Markdown. `pages` are further pages.
    `path` are folders in which the pages' imports are looked for, `preload` modules that most of
    them import. `leave_out` are the beginnings of the names of Markdown extensions that are not
    loaded. `seconds` is how long one block may take. `reached` is whether each line that a page
    shows must be reached when it runs.
    """

    config: str = "."
    pages: tuple[str, ...] = ()
    path: tuple[str, ...] = (".",)
    preload: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    seconds: float = 120
    reached: bool = True

    def site(self, root: Path) -> Site:
        """The site that the settings are of."""
        return Site(
            root / self.config,
            pages=self.pages,
            leave_out=self.leave_out,
            path=self.path,
            preload=self.preload,
        )


def read(root: Path) -> Settings | None:
    """The settings in the pyproject.toml of a folder; None where it has no such table.

    Raises: ConfigError, for a key that is not known or a value of another type.
    """
    file = root / "pyproject.toml"
    if not file.is_file():
        return None
    table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("fenceproof")
    if table is None:
        return None
    known = {field.name.replace("_", "-"): field.name for field in fields(Settings)}
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{file}: [tool.fenceproof] {key}: use one of {', '.join(known)}")
        given[known[key]] = _checked(file, key, value, getattr(Settings, known[key]))
    return Settings(**given)


def _checked(file: Path, key: str, value: Any, default: Any) -> Any:
    """The value, if it is of the type of its default."""
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(value)
        raise ConfigError(f"{file}: [tool.fenceproof] {key}: write a list of texts")
    wanted, what = next(kind for kind in KINDS if isinstance(default, kind[0]))
    if not isinstance(value, wanted) or isinstance(value, bool) != isinstance(default, bool):
        raise ConfigError(f"{file}: [tool.fenceproof] {key}: write {what}")
    return value
