"""How a site is set up: where its pages are, and which Markdown extensions draw them.

A configuration is read by the program that it belongs to: mkdocs.yml by MkDocs' own loader (with
`!ENV`, `!!python/name:`, `INHERIT`), zensical.toml by Zensical's. A folder without one is Markdown
as GitHub has it, with the fences of superfences besides.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Container
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILES = ("mkdocs.yml", "mkdocs.yaml", "zensical.toml")


class ConfigError(Exception):
    """A configuration that cannot be read; the message names the file and says what to do."""


@dataclass(frozen=True)
class Config:
    """What the engine needs to know of a site.

    `root` is the folder that paths in messages start from and `docs` the folder of the pages.
    `extensions` are the names of the Markdown extensions, with their options in `options`.
    `excludes` says of a path below `docs` whether the site leaves it out. `notes` tell what could
    not be taken over from the configuration, each in one line.
    """

    root: Path
    docs: Path
    file: Path | None = None
    extensions: tuple[str, ...] = ()
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    excludes: Callable[[str], bool] = lambda path: False
    notes: tuple[str, ...] = ()

    @property
    def is_drawn(self) -> bool:
        """Whether a program draws these pages, so that what it shows can be asked for."""
        return self.file is not None


def load(place: Path) -> Config:
    """The configuration at `place`: a file, or a folder that has one or none.

    Raises: ConfigError.
    """
    place = place.resolve()
    if place.is_dir():
        files = [place / name for name in FILES if (place / name).is_file()]
        if not files:
            return Config(place, place)
        place = files[0]
    if not place.is_file():
        raise ConfigError(f"{place}: no such file or folder")
    return _of_zensical(place) if place.suffix == ".toml" else _of_mkdocs(place)


# -- MkDocs ---------------------------------------------------------------------------

NEEDED = ("docs_dir", "exclude_docs", "markdown_extensions")
NOT_LOADED = re.compile(r"(?s)Failed to load extension '(?P<name>.+?)'\..*?(?P<why>[^\n]*)\Z")


def _of_mkdocs(file: Path) -> Config:
    try:
        from mkdocs.config.defaults import MkDocsConfig
        from mkdocs.exceptions import ConfigurationError
    except ModuleNotFoundError:
        raise ConfigError(f"{file}: MkDocs reads this file: pip install mkdocs") from None
    given = MkDocsConfig(config_file_path=str(file))
    try:
        with file.open("rb") as opened:
            given.load_file(opened)
    except ConfigurationError as error:
        raise ConfigError(f"{file}: {one_line(error)}") from None
    needed = {key: given[key] for key in NEEDED if given[key] is not None}
    notes: dict[str, str] = {}
    while True:
        config = MkDocsConfig(config_file_path=str(file))
        extensions = _without(notes, needed.get("markdown_extensions", []))
        needed |= {"markdown_extensions": extensions}
        config.load_dict({"site_name": "read for its fences", "plugins": [], **deepcopy(needed)})
        refused = _validate(config)
        if not refused:
            break
        key, why = refused[0]
        match = NOT_LOADED.match(str(why))
        if not match or match["name"] in notes:
            raise ConfigError(f"{file}: {key}: {one_line(why)}")
        notes[match["name"]] = does_not_load(match["name"], match["why"])
    if "fenceproof" in _plugin_names(given):
        from fenceproof.superfences import register

        register(config["markdown_extensions"], config["mdx_configs"])
    excluded = config["exclude_docs"]
    return Config(
        root=file.parent,
        docs=Path(config["docs_dir"]).resolve(),
        file=file,
        extensions=tuple(config["markdown_extensions"]),
        options=_from_root(config["mdx_configs"], file.parent),
        excludes=lambda path: bool(excluded and excluded.match_file(path)),
        notes=(*_missing_plugins(given), *notes.values()),
    )


def _without(names: Container[str], extensions: Any) -> Any:
    """The Markdown extensions of a configuration, be they a list or a table, but for some."""
    if isinstance(extensions, dict):
        return {name: given for name, given in extensions.items() if name not in names}
    if not isinstance(extensions, list):
        return extensions

    def is_kept(entry: Any) -> bool:
        return not any(name in names for name in (entry if isinstance(entry, dict) else [entry]))

    return [entry for entry in extensions if is_kept(entry)]


def does_not_load(name: str, why: str) -> str:
    """The note on an extension that is not installed, or not to be used here."""
    return f'the extension "{name}" does not load ({why}): what it adds to pages is not seen'


def _missing_plugins(config: Any) -> list[str]:
    """A line for each plugin that is named and not installed.

    None of them is loaded, since none is needed to know what a fence is.
    """
    from mkdocs.plugins import get_plugins

    installed, notes = get_plugins(), []
    theme = config["theme"]
    theme = theme.get("name") if isinstance(theme, dict) else theme
    for name in _plugin_names(config):
        if name not in installed and f"{theme}/{name}" not in installed:
            notes.append(f'the plugin "{name}" is not installed: what it adds to pages is not seen')
    return notes


def _plugin_names(config: Any) -> list[str]:
    """The plugins that a configuration of MkDocs names."""
    from mkdocs.config.config_options import Plugins

    given = deepcopy(config["plugins"] or [])  # since MkDocs takes apart what it reads
    return [name for name, _ in Plugins._parse_configs(given)]


def _validate(config: Any) -> list[tuple[str, Exception]]:
    """What MkDocs' own validation refuses; what it warns of is about the building of the site."""
    logger = logging.getLogger("mkdocs")
    disabled, logger.disabled = logger.disabled, True
    try:
        failed: list[tuple[str, Exception]] = config.validate()[0]
        return failed
    finally:
        logger.disabled = disabled


# -- Zensical -------------------------------------------------------------------------


def _of_zensical(file: Path) -> Config:
    try:
        from zensical.config import ConfigurationError, parse_config
    except ModuleNotFoundError:
        raise ConfigError(f"{file}: Zensical reads this file: pip install zensical") from None
    try:
        config = parse_config(str(file))
    except ConfigurationError as error:
        raise ConfigError(f"{file}: {one_line(error.format_message())}") from None
    return Config(
        root=file.parent,
        docs=(file.parent / config["docs_dir"]).resolve(),
        file=file,
        extensions=tuple(config["markdown_extensions"]),
        options=_from_root(config["mdx_configs"], file.parent),
    )


# -- both -----------------------------------------------------------------------------

SNIPPETS = ("pymdownx.snippets", "pymdownx.extra.snippets")


def _from_root(options: dict[str, Any], root: Path) -> dict[str, dict[str, Any]]:
    """The options, in which the paths of includes begin at the root and not where one stands."""
    options = {name: dict(given) for name, given in options.items()}
    for name in SNIPPETS:
        bases = options.get(name, {}).get("base_path")
        if bases is not None:
            bases = [bases] if isinstance(bases, str) else bases
            options[name]["base_path"] = [str(root / base) for base in bases]
    return options


def one_line(error: object) -> str:
    """What an error says, in one line."""
    return " ".join(str(error).split())
