"""What a page shows: it is drawn by the extensions of its site, and its code blocks are read back.

Each fence is marked before the page is drawn, so that it is known again in the HTML, wherever it
comes to stand. This is the only module that draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

from markdown import Markdown

from fenceproof.config import Config, one_line
from fenceproof.fence import Fence
from fenceproof.find import accept

REPLACED = {"fenced_code", "markdown.extensions.fenced_code", "pymdownx.superfences"}
MARK = "data-fence"
CODE = {"pre", "samp", "xmp", "listing", "plaintext", "textarea"}
UNSEEN = {"template", "dialog", "noscript", "datalist"}
UNSEEN_STYLES = ("display:none", "visibility:hidden", "opacity:0;", "font-size:0;")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Shown:
    """What a drawn page shows of its fences.

    `code` has the text of each fence that is on the page, by the line of its fence. `commented`
    are the lines of those that stand in a comment, `hidden` of those in an element that is not
    displayed. `others` are the code blocks that are no fence.
    """

    code: dict[int, str] = field(default_factory=dict)
    commented: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    others: list[str] = field(default_factory=list)


class Renderer:
    """Python-Markdown with the extensions of a site, in which a fence is drawn as a mark."""

    def __init__(self, config: Config, leave_out: Callable[[str], bool] = lambda name: False):
        self._drawn: dict[int, str] = {}
        self.notes: list[str] = []
        names = [name for name in config.extensions if name not in REPLACED and not leave_out(name)]
        every = {"name": "*", "class": "", "format": self._draw, "validator": accept}
        superfences = {**config.options.get("pymdownx.superfences", {}), "custom_fences": [every]}
        options = {name: config.options.get(name, {}) for name in names}
        self.markdown = Markdown(
            extensions=["pymdownx.superfences"],
            extension_configs={"pymdownx.superfences": superfences},
        )
        for name in names:
            self._register(name, options)

    def _register(self, name: str, options: dict[str, Any]) -> None:
        try:
            self.markdown.registerExtensions([name], options)
        except Exception as error:  # whatever an extension of somebody else may raise
            why = f"{type(error).__name__}: {one_line(error)}"
            self.notes.append(
                f'the extension "{name}" does not load ({why}): what it adds to pages is not seen'
            )

    def _draw(
        self, source: str, language: str, css: str, options: Any, *args: Any, **kwargs: Any
    ) -> str:
        line = options.get(MARK)
        if line is None:  # a fence that comes with an included page
            return f"<pre>{escape(source)}</pre>"
        self._drawn[int(line)] = source
        return f'<pre {MARK}="{line}"></pre>'

    def show(self, text: str, fences: list[Fence]) -> Shown:
        """Draw the page `text`, of which these are the fences.

        Raises: whatever an extension raises that cannot draw the page.
        """
        self._drawn.clear()
        reader = _Reader()
        reader.feed(self.markdown.reset().convert(_marked(text, fences)))
        reader.close()
        reader.flush()
        shown = Shown(commented=reader.commented, hidden=reader.hidden, others=reader.others)
        for line in reader.fences:
            shown.code[line] = self._drawn[line]
        return shown


def _marked(text: str, fences: list[Fence]) -> str:
    """The text, in which the header of each fence is its line."""
    lines = text.split("\n")
    for fence in fences:
        if not fence.problem:
            opening = f'{fence.prefix}{fence.marker} {{ .x {MARK}="{fence.line}" }}'
            lines[fence.line - 1] = opening
    return "\n".join(lines)


class _Reader(HTMLParser):
    """Finds the code blocks of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fences: list[int] = []
        self.commented: set[int] = set()
        self.hidden: set[int] = set()
        self.others: list[str] = []
        self._open: list[tuple[str, bool]] = []  # each element, and whether it is not displayed
        self._code: list[str] | None = None  # of the block that is being read
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._open.append((tag, _is_hidden(tag, given)))
        if MARK in given:
            line = int(given[MARK] or 0)
            self.fences.append(line)
            if any(hidden for _, hidden in self._open):
                self.hidden.add(line)
        elif tag in CODE and self._code is None:
            self._code, self._depth = [], len(self._open)

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag not in names:
            return
        at = len(names) - 1 - names[::-1].index(tag)
        if not UNSEEN.isdisjoint(names[at + 1 :]):
            return  # as in a browser, nothing outside ends within one of these
        del self._open[at:]
        if self._code is not None and len(self._open) < self._depth:
            self.flush()

    def handle_data(self, data: str) -> None:
        if self._code is not None:
            self._code.append(data)

    def handle_comment(self, data: str) -> None:
        reader = _Reader()
        reader.feed(data)
        self.commented.update(reader.fences)

    def flush(self) -> None:
        """Close the block that is being read, at its end or at that of the page."""
        if self._code is not None:
            text = "".join(self._code).strip("\n")
            if text.strip():
                self.others.append(text)
        self._code = None


def _is_hidden(tag: str, attrs: dict[str, str | None]) -> bool:
    style = (attrs.get("style") or "").replace(" ", "").lower() + ";"
    if "hidden" in attrs or (tag in UNSEEN and "open" not in attrs):
        return True
    return any(unseen in style for unseen in UNSEEN_STYLES)
