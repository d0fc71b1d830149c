"""Where the fences of a page are.

Two readers look at the text. The first is the preprocessor of pymdownx.superfences itself, which
draws the pages of Material for MkDocs and of Zensical: what it takes for a fence is one. The
second reads CommonMark, as most other programs do. Where superfences draws the page, a fence that
only CommonMark sees is one that the author meant and that the page does not show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pymdownx.superfences import (
    RE_NESTED_FENCE_START,
    RE_OPTIONS,
    SuperFencesBlockPreprocessor,
)

from fenceproof.fence import Fence, Header

NOT_SHOWN = (
    "the page does not show this fence as it stands: start it on a line of its own, indent all "
    "of it alike, by four in lists, and close it with its own marker"
)
UNREADABLE = (
    'the header "{}" cannot be read: write `language option="value"` '
    'or `{{ .language .role option="value" }}`'
)
NEVER_CLOSED = "the fence is never closed: end it with {}"
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
WORD = re.compile(r"[\w#.+-]+")


def find(path: Path, page: str, text: str, *, rendered: bool) -> list[Fence]:
    """The fences of `text`, in the order of their lines, before they have a role.

    `path` is the file, `page` its name in messages. `rendered` says that superfences draws the
    page: a fence that only CommonMark sees then has a problem. Else CommonMark is right.
    """
    recorder = Recorder(_superfences())
    recorder.read(text.split("\n"))
    found = [*_drawn(path, page, text, recorder)]
    others = [*_by_commonmark(path, page, text)]
    taken = _commented(text)
    if rendered:
        taken |= _lines(found)
    else:
        found = _outside(found, others)
        taken |= {fence.line for fence in found}
    for fence in others:
        if fence.line in taken:
            continue
        if rendered and not fence.problem:
            fence = replace(fence, problem=NOT_SHOWN)
        found.append(fence)
    taken |= _lines(found)
    found += [fence for fence in _abandoned(path, page, text, recorder) if fence.line not in taken]
    return sorted(found, key=lambda fence: fence.line)


def _outside(found: list[Fence], others: list[Fence]) -> list[Fence]:
    """Those of the fences found that do not begin within one of the others."""
    inside: set[int] = set()
    for fence in others:
        inside.update(range(fence.line + 1, fence.end + 1))
    return [fence for fence in found if fence.line not in inside]


def _lines(fences: list[Fence]) -> set[int]:
    """All lines of these fences."""
    lines: set[int] = set()
    for fence in fences:
        lines.update(range(fence.line, fence.end + 1))
    return lines


def _commented(text: str) -> set[int]:
    """The lines that are in a comment of HTML."""
    lines: set[int] = set()
    for comment in COMMENT.finditer(text):
        first = text.count("\n", 0, comment.start()) + 1
        lines.update(range(first, first + comment[0].count("\n") + 1))
    return lines


# -- as superfences sees it -----------------------------------------------------------


class Recorder(SuperFencesBlockPreprocessor):  # type: ignore[misc]
    """The preprocessor of superfences, which notes where a fence stands instead of drawing it.

    `found` has the first line of each fence, from 1, its last, its body and its header.
    `abandoned` has the lines of those that were begun and came to no end.
    """

    def __init__(self, drawn: SuperFencesBlockPreprocessor) -> None:
        super().__init__(drawn.md)
        self.config = drawn.config
        self.extension = drawn.extension
        self.found: list[tuple[int, int, str, Header]] = []
        self.abandoned: list[int] = []
        self._opened = 0

    def read(self, lines: list[str]) -> None:
        """Look through the lines of a page."""
        self.run(self._counted(lines))
        self.clear()

    def _counted(self, lines: list[str]) -> Iterator[str]:
        for number, line in enumerate(lines, 1):
            yield line
            if self.fence is not None and not self._opened:
                self._opened = number

    def process_nested_block(self, ws: str, content: str, start: int, end: int) -> None:
        """Called at the closing marker, with the lines of the two markers, from 0."""
        options = {name: str(value) for name, value in self.options.items()}
        header = Header((self.lang or "").lower(), tuple(self.classes), self.id, options)
        body = self.rebuild_block(self.code) + "\n" if self.code else ""
        self.found.append((start + 1, end, body, header))
        self._opened = 0
        self.clear()

    def clear(self) -> None:
        """Called when a fence ends, and when one turns out to be none."""
        if getattr(self, "_opened", 0):
            self.abandoned.append(self._opened)
        self._opened = 0
        super().clear()


@cache
def _superfences() -> Any:
    """The preprocessor of superfences in a Markdown of its own, which takes every header."""
    every = {"name": "*", "class": "", "validator": accept}
    md = Markdown(
        extensions=["attr_list", "pymdownx.superfences"],
        extension_configs={"pymdownx.superfences": {"custom_fences": [every]}},
    )
    return md.preprocessors["fenced_code_block"]


def accept(
    language: str,
    inputs: dict[str, Any],
    options: dict[str, Any],
    attrs: dict[str, Any],
    md: Markdown,
) -> bool:
    """A validator of superfences that takes every header, and keeps all that it says."""
    options.update(inputs)
    return True


def _drawn(path: Path, page: str, text: str, recorder: Recorder) -> Iterator[Fence]:
    """The fences that superfences draws."""
    lines = text.split("\n")
    for first, last, body, header in recorder.found:
        prefix, marker, info = _opening(lines[first - 1])
        yield Fence(path, page, first, last, prefix, marker, info, body, header)


def _abandoned(path: Path, page: str, text: str, recorder: Recorder) -> Iterator[Fence]:
    """The fences that superfences begins and does not find the end of."""
    lines = text.split("\n")
    for line in recorder.abandoned:
        prefix, marker, info = _opening(lines[line - 1])
        fence = Fence(path, page, line, line, prefix, marker, info, "")
        yield replace(with_header(fence), problem=NEVER_CLOSED.format(marker))


OPENING = re.compile(r"(?P<prefix>[> \t]*)(?P<marker>`{3,}|~{3,})(?P<info>.*)")


def _opening(line: str) -> tuple[str, str, str]:
    """What stands before the marker of an opening line, the marker, and what stands behind."""
    match = OPENING.match(line)
    assert match, f"superfences takes this for the first line of a fence: {line!r}"
    return match["prefix"], match["marker"], match["info"].strip()


# -- as CommonMark sees it ------------------------------------------------------------


@cache
def _commonmark() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 100}).disable("inline")


def _by_commonmark(path: Path, page: str, text: str) -> Iterator[Fence]:
    lines = text.split("\n")
    for token in _commonmark().parse(text):
        if token.type != "fence" or not token.map:
            continue
        first, end = token.map
        prefix = lines[first].partition(token.markup)[0]
        info = token.info.strip()
        problem = "" if _is_closed(token) else NEVER_CLOSED.format(token.markup)
        fence = Fence(path, page, first + 1, end, prefix, token.markup, info, token.content)
        yield with_header(replace(fence, problem=problem))


def _is_closed(token: Token) -> bool:
    """Whether the lines of the fence are those of its body and two more."""
    first, end = token.map or (0, 0)
    body = token.content.count("\n") + (token.content[-1:] not in {"", "\n"})
    return end - first >= body + 2


def with_header(fence: Fence) -> Fence:
    """The fence with its header read from its info string, by the pattern of superfences."""
    match = RE_NESTED_FENCE_START.match(f"{fence.marker} {fence.info}")
    if not match or match["unrecognized"]:
        word = WORD.search(fence.info)
        header = Header(word[0].lower() if word else "")
        return replace(fence, header=header, problem=fence.problem or UNREADABLE.format(fence.info))
    attrs = get_attrs_and_remainder(match["attrs"])[0] if match["attrs"] else []
    classes = [value for key, value in attrs if key == "."]
    language = match["lang"] or (classes.pop(0) if classes else "")
    options = {key: value for key, value in attrs if key not in {".", "id"}}
    for option in RE_OPTIONS.finditer(match["options"] or ""):
        options[option["key"]] = option["value"] or option["key"]
    ident = dict(attrs).get("id", "")
    return replace(fence, header=Header(language.lower(), tuple(classes), ident, options))
