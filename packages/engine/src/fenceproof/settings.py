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
class Mutants:
    """What the table [tool.fenceproof.mutants] may say.

    `programs` are files and folders whose programs are changed, as far as pages run them; without
    it, those that pages include. `tests` are the tests of programs, which are asked where no page
    notices a change. `leave_out` are patterns of the names of programs and tests that are not
    taken. `survivors` is the page, or the file of TOML, that explains what nobody notices.
    """

    programs: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    survivors: str = "docs/proof.md"


@dataclass(frozen=True)
class Settings:
    """What the table may say; paths are from the folder of pyproject.toml.

    `config` is mkdocs.yml, zensical.toml, or a folder of Markdown. `pages` are further pages.
    `path` are folders in which the pages' imports are looked for, `preload` modules that most of
    them import. `leave_out` are the beginnings of the names of Markdown extensions that are not
    loaded. `seconds` is how long one block may take. `reached` is whether each line that a page
    shows must be reached when it runs. `mutants` is a table of its own.
    """

    config: str = "."
    pages: tuple[str, ...] = ()
    path: tuple[str, ...] = (".",)
    preload: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    seconds: float = 120
    reached: bool = True
    mutants: Mutants = Mutants()

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
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("fenceproof")
    except ValueError as error:
        raise ConfigError(f"{file}: {error}") from None
    if table is None:
        return None
    mutants = table.pop("mutants", {})
    given = _given(file, "tool.fenceproof", table, Settings)
    inner = _given(file, "tool.fenceproof.mutants", mutants, Mutants)
    return Settings(**given, mutants=Mutants(**inner))


def _given(file: Path, name: str, table: dict[str, Any], settings: type) -> dict[str, Any]:
    """What a table says, if it is what it may say."""
    known = {field.name.replace("_", "-"): field.name for field in fields(settings)}
    given: dict[str, Any] = {}
    for key, value in table.items():
        where = f"{file}: [{name}] {key}"
        if key not in known:
            raise ConfigError(f"{where}: use one of {', '.join(known)}")
        given[known[key]] = _checked(where, value, getattr(settings, known[key]))
    return given


def _checked(where: str, value: Any, default: Any) -> Any:
    """The value, if it is of the type of its default."""
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(value)
        raise ConfigError(f"{where}: write a list of texts")
    wanted, what = next(kind for kind in KINDS if isinstance(default, kind[0]))
    if not isinstance(value, wanted) or isinstance(value, bool) != isinstance(default, bool):
        raise ConfigError(f"{where}: write {what}")
    return value
