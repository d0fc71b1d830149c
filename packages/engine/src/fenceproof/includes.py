"""Includes: a fence whose body is one line that names a file, by pymdownx.snippets.

What is included runs under its own name and lines. So what runs must be what the page shows.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

from markdown import Markdown
from pymdownx.snippets import SnippetExtension, SnippetPreprocessor

from fenceproof.config import SNIPPETS, Config
from fenceproof.fence import Fence, Source
from fenceproof.unreached import places

OWN_LINE = re.compile(r"\W*")  # before a section's mark: the sign of a comment, and nothing else
FAULTS = {
    "": "is not there",
    "start": "is never closed",
    "end start": "ends before it starts",
}


class Unresolved(Exception):
    """An include that names nothing, or more than it may; the message says what to do."""


class Includes:
    """The includes of one site, as its configuration of pymdownx.snippets resolves them."""

    def __init__(self, config: Config) -> None:
        self.root = config.root
        self.snippets = _preprocessor(config)

    def expand(self, text: str) -> str:
        """The text with its includes, sections and escapes, as the page shows them."""
        if "8<" not in text or self.snippets is None:
            return text
        return "\n".join(self.snippets.parse_snippets(text.split("\n")))

    def escaped(self, text: str) -> str:
        """The text, in which `;` stands before what would be an include or a section's mark."""
        if "8<" not in text or self.snippets is None:
            return text
        lines = []
        for line in text.split("\n"):
            mark = self.snippets.RE_ALL_SNIPPETS.match(line) or self.snippets.match_section(line)
            if mark:
                line = f"{line[: mark.start('escape')]};{line[mark.start('escape') :]}"
            lines.append(line)
        return "\n".join(lines)

    def included(self, fence: Fence) -> Fence:
        """The fence with its include, where its body is one, or with the problem that it has."""
        if "8<" not in fence.body or self.snippets is None:
            return fence
        try:
            include = self._include(fence)
            body = fence.body if include else self.expand(fence.body)
            return replace(fence, include=include, body=body)
        except (Unresolved, ValueError) as error:
            return replace(fence, problem=fence.problem or str(error))

    def titled(self, fence: Fence) -> Fence:
        """The fence, with a problem where its title is a file of the site that says other things.

        A name alone, such as pyproject.toml, may be that of the reader's file.
        """
        title = fence.header.options.get("title", "")
        if fence.include or fence.problem or "/" not in title or not fence.body.strip():
            return fence
        bases = [self.root, *map(Path, self.snippets.base_path if self.snippets else ())]
        files = (base / title for base in bases if not title.startswith("/"))
        file = next((file for file in files if file.is_file()), None)
        if file is None or any(places(file.read_text("utf-8", "replace"), fence.body)):
            return fence
        name = self.name(file)
        return replace(fence, problem=f"the title names {name}, which has other lines: include it")

    def _include(self, fence: Fence) -> Source | None:
        lines = fence.body.strip("\n").split("\n")
        sources = [source for line in lines if (source := self.resolve(line))]
        if not sources:
            self._check_escapes(fence.body)
            return None
        if len(lines) > 1:
            raise Unresolved("the body mixes code and an include: it is one or the other")
        source = sources[0]
        runs = [line for line in source.text.split("\n") if not self.snippets.match_section(line)]
        if "\n".join(runs).rstrip("\n") != self.expand(fence.body).rstrip("\n"):
            raise Unresolved(
                "the include would show something else than runs: "
                "name a whole file or one section of it"
            )
        return source

    def _check_escapes(self, body: str) -> None:
        if self.expand(body).count("\n") != body.count("\n"):
            raise Unresolved("the page does not show a section's mark: write ; before it")

    def resolve(self, line: str) -> Source | None:
        """The source that an include line names; None where it is not one.

        Raises: Unresolved, where the file, section or range is not there.
        """
        match = self.snippets.RE_ALL_SNIPPETS.match(line)
        if not match or match["escape"]:
            return None
        if not match["inline_marker"]:
            raise Unresolved('a block of includes cannot be run: write one line, --8<-- "file.py"')
        target = self.snippets.parse_snippet_target(match["snippet"][1:-1].strip())
        path = self._file(target)
        lines = self._lines(path)
        first, stop = self._range(path, lines, target)
        text = "\n".join(lines[first:stop])
        if first or stop < len(lines):
            text = textwrap.dedent(text)
        text += "" if text.endswith("\n") else "\n"
        if not text.strip():
            raise Unresolved(f"the include of {self.name(path)} is empty")
        return Source(path, first + 1, text)

    def _file(self, target: dict[str, Any] | None) -> Path:
        name = target["path"] if target else ""
        found = name and self.snippets.get_snippet_path(name)
        if not found or not Path(found).is_file():
            places = " or ".join(self.name(Path(base)) for base in self.snippets.base_path)
            raise Unresolved(f'the include "{name}" does not exist: paths start in {places}')
        return Path(found)

    def _lines(self, path: Path) -> list[str]:
        try:
            lines = path.read_text("utf-8").split("\n")
        except ValueError as error:
            raise Unresolved(f"the include of {self.name(path)} is not text: {error}") from None
        for number, line in enumerate(lines, 1):
            mark = self.snippets.match_section(line)
            if mark and not mark["escape"] and not OWN_LINE.fullmatch(mark["pre"]):
                raise Unresolved(
                    f"{self.name(path)}:{number}: a section's mark takes its whole line off the "
                    "page, and this line has code too: give the mark a line of its own"
                )
        return lines

    def _range(self, path: Path, lines: list[str], target: Any) -> tuple[int, int]:
        """The lines that a target names: the first, from 0, and the one after the last."""
        if target["section"]:
            return self._section(path, lines, target["section"])
        if target["start"]:
            return target["start"][0] or 0, target["end"][0] or len(lines)
        return 0, len(lines)

    def _section(self, path: Path, lines: list[str], name: str) -> tuple[int, int]:
        marks = []
        for number, line in enumerate(lines):
            mark = self.snippets.match_section(line)
            if mark and not mark["escape"] and mark["name"] == name:
                marks.append((number, mark["type"]))
        kinds = " ".join(kind for _, kind in marks)
        if kinds != "start end":
            raise Unresolved(
                f"the section [{name}] of {self.name(path)} "
                f"{FAULTS.get(kinds, 'is marked more than once')}: "
                f"mark it with `# --8<-- [start:{name}]` and `[end:{name}]`"
            )
        return marks[0][0] + 1, marks[1][0]

    def name(self, path: Path) -> str:
        """A path in a message, from the root of the site where it can be."""
        path = path.resolve()
        inside = path.is_relative_to(self.root)
        return path.relative_to(self.root).as_posix() or "." if inside else path.as_posix()


def _preprocessor(config: Config) -> Any:
    """The preprocessor of the site's snippets; None where the site has no includes."""
    names = [name for name in SNIPPETS if name in config.extensions]
    if not names:
        return None
    given = {"base_path": [str(config.root)], **config.options.get(names[0], {})}
    extension = SnippetExtension(**{**given, "check_paths": False})
    snippets = SnippetPreprocessor(extension.getConfigs(), Markdown())
    snippets.seen = set()
    return snippets
