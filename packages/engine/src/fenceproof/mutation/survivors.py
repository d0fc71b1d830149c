"""The survivors that a site explains: tables in TOML, on a page or in a file of their own.

    [[survivor]]
    why = "No page waits that long."
    places = [
      { program = "shop/store.py", line = "connect(path, timeout=5)", change = "5 → 6" },
      { page = "docs/index.md", line = "wait(3)", change = "3 → 4" },
    ]

A reason for one place may have that place's three keys instead of `places`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fenceproof.site import Site

Key = tuple[str, str, str]
HEADING = re.compile(r"^\s*\[\[\s*survivor\s*\]\]", re.M)
PLACE = re.compile(r"^\s*\{", re.M)
FORM = (
    "a [[survivor]] says why, and has a program or a page, a line and a change, or a list "
    "`places` of such"
)


@dataclass(frozen=True)
class Explanation:
    """Why nobody notices a change, and where that is said."""

    where: str
    why: str


@dataclass(frozen=True)
class _Text:
    """A text of TOML: the name of its file, and its first line there."""

    name: str
    line: int
    text: str

    def where(self, at: int) -> str:
        """The place of a character, by file and line."""
        return f"{self.name}:{self.line + self.text.count(chr(10), 0, at)}"

    def starts(self, pattern: re.Pattern[str], start: int, stop: int, count: int) -> list[int]:
        """Where each of so many parts begins; all at `start` where they are written otherwise."""
        found = [match.end() - 1 for match in pattern.finditer(self.text, start, stop)]
        return found if len(found) == count else [start] * count


def explained(site: Site, path: Path) -> dict[Key, Explanation]:
    """The survivors that a page, or a file of TOML, explains.

    Raises: ValueError, for an explanation that is not whole or that stands twice.
    """
    found: dict[Key, Explanation] = {}
    for text in _texts(site, path):
        for key, explanation in _of_text(text):
            if key in found:
                raise ValueError(
                    f"{explanation.where}: {' | '.join(key)} is explained twice: "
                    f"it is at {found[key].where} too"
                )
            found[key] = explanation
    return found


def _texts(site: Site, path: Path) -> Iterator[_Text]:
    if not path.is_file():
        return
    if path.suffix == ".toml":
        yield _Text(site.name(path), 1, path.read_text("utf-8"))
        return
    for fence in site.page(path).fences:
        if fence.language == "toml":
            source = fence.source
            yield _Text(site.name(source.path), source.line, source.text)


def _of_text(text: _Text) -> Iterator[tuple[Key, Explanation]]:
    try:
        entries = tomllib.loads(text.text).get("survivor", [])
    except ValueError as error:
        raise ValueError(f"{text.where(0)}: this TOML cannot be read: {error}") from None
    starts = text.starts(HEADING, 0, len(text.text), len(entries))
    for entry, start, stop in zip(entries, starts, [*starts[1:], len(text.text)], strict=True):
        yield from _of_entry(text, entry, start, stop)


def _of_entry(text: _Text, entry: Any, start: int, stop: int) -> Iterator[tuple[Key, Explanation]]:
    where = text.where(start)
    is_table = isinstance(entry, dict) and isinstance(entry.get("why"), str) and entry["why"]
    if not is_table:
        raise ValueError(f"{where}: {FORM}: {entry}")
    rest = {key: value for key, value in entry.items() if key != "why"}
    places = rest["places"] if [*rest] == ["places"] else [rest]
    if not isinstance(places, list) or not places:
        raise ValueError(f"{where}: {FORM}: {entry}")
    lines = text.starts(PLACE, start, stop, len(places))
    for place, at in zip(places, lines, strict=True):
        key = _key(place)
        if key is None:
            raise ValueError(f"{text.where(at)}: {FORM}: {place}")
        yield key, Explanation(text.where(at), entry["why"])


def _key(place: Any) -> Key | None:
    """The key of a place; None where it is not whole."""
    if not isinstance(place, dict) or not all(isinstance(v, str) and v for v in place.values()):
        return None
    for name in ("program", "page"):
        if set(place) == {name, "line", "change"}:
            return place[name], place["line"], place["change"]
    return None
