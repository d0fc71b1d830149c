"""What a page shows: it is drawn by the extensions of its site, and its code blocks are read back.

Each fence is marked before the page is drawn, so that it is known again in the HTML, wherever it
comes to stand. This is the only module that draws.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

from markdown import Markdown

from fenceproof.config import Config, does_not_load, one_line
from fenceproof.fence import Fence
from fenceproof.find import accept

REPLACED = {"fenced_code", "markdown.extensions.fenced_code", "pymdownx.superfences"}
MARK = "data-fence"
IN_TEXT = re.compile(rf'{MARK}="(\d+)"')
PROBE = "A page on which nothing can be wrong.\n"
CODE = {"pre", "samp", "xmp", "listing", "plaintext", "textarea"}
RAW = {
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
    "script",
    "select",
    "style",
    "textarea",
    "title",
    "xmp",
}  # in these a browser sees no elements
ENDS_PARAGRAPH = {"pre", "xmp", "listing", "plaintext"}
PROGRAM = re.compile(r"py|mpy|(?:text|application)/(?:x-)?python|py-\w+|mpy-\w+")
EDITORS = {"py-script", "py-repl", "py-editor", "py-terminal", "mpy-script"}  # of PyScript
UNSEEN = {"template", "dialog", "noscript", "datalist", "audio", "video", "canvas"}
UNSEEN_STYLES = re.compile(
    r"display:none|(?:visibility|content-visibility):(?:hidden|collapse)|color:transparent|"
    r"(?<![\w-])(?:opacity|font-size|(?:max-)?(?:height|width)|zoom):0(?:[a-z%]+)?[;!]|"
    r"(?<![\w-])(?:left|right|top|text-indent):-\d{3,}|clip:rect\(|clip-path:(?:inset|circle)\(|"
    r"scale\(0"
)
HIDES_CODE = re.compile(
    r"\b(?:pre|code|highlight|fenceproof)(?:[.:#\[][^\s{},]*)?(?:,[^{}]*)?"
    r"\{[^}]*(?:display:none|visibility:hidden)"
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Shown:
    """What a drawn page shows of its fences.

    `code` has the text of each fence that is on the page, by the line of its fence. `commented`
    are the lines of those that stand in a comment, `hidden` of those in an element that is not
    displayed. `within` has the element that each fence stands in which shows elements as text, or
    is code itself. `tabs` are the sets of tabs that each fence is in. `others` are the code blocks
    that are no fence.
    """

    code: dict[int, str] = field(default_factory=dict)
    commented: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    within: dict[int, str] = field(default_factory=dict)
    tabs: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


class Renderer:
    """Python-Markdown with the extensions of a site, in which a fence is drawn as a mark."""

    def __init__(self, config: Config, leave_out: Callable[[str], bool] = lambda name: False):
        self._drawn: dict[int, str] = {}
        self.notes: list[str] = []
        names = [name for name in config.extensions if name not in REPLACED and not leave_out(name)]
        every = {"name": "*", "class": "", "format": self._draw, "validator": accept}
        superfences = {**config.options.get("pymdownx.superfences", {}), "custom_fences": [every]}
        self._options = {name: config.options.get(name, {}) for name in names}
        self._options["pymdownx.superfences"] = superfences
        self.markdown = self._with(self._loaded(names))

    def _loaded(self, names: list[str]) -> list[str]:
        """The extensions that can be loaded and draw a page outside of the build of their site."""
        with suppress(Exception):
            self._with(names).convert(PROBE)
            return names
        loaded: list[str] = []
        for name in names:
            try:
                self._with([*loaded, name]).convert(PROBE)
            except Exception as error:  # whatever an extension of somebody else may raise
                why = f"{type(error).__name__}: {one_line(error)}"
                self.notes.append(does_not_load(name, why))
            else:
                loaded.append(name)
        return loaded

    def _with(self, names: list[str]) -> Markdown:
        """Python-Markdown with some extensions, superfences last: others bring fences as well."""
        every = [*names, "pymdownx.superfences"]
        return Markdown(extensions=every, extension_configs=self._options)

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
        given = _marked(text, fences).lstrip("\n")  # as MkDocs gives it to Markdown
        reader.feed(self.markdown.reset().convert(given))
        reader.close()
        reader.flush()
        shown = Shown(
            commented=reader.commented,
            hidden=reader.hidden | set(reader.fences if reader.hides_code else ()),
            within=reader.within,
            tabs=reader.tabs.of_fences,
            others=reader.others,
        )
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


@dataclass
class _TabSet:
    """A set of tabs that is being read: its number, how deep it stands, and the tab of now."""

    number: int
    depth: int
    tab: int = 0


class _Tabs:
    """Which tabs the fences of a page are in, as pymdownx.tabbed draws them."""

    def __init__(self) -> None:
        self.of_fences: dict[int, tuple[tuple[int, int], ...]] = {}
        self._open: list[_TabSet] = []
        self._sets = 0

    def enter(self, classes: list[str], depth: int) -> None:
        """An element with these classes begins."""
        if "tabbed-set" in classes:
            self._sets += 1
            self._open.append(_TabSet(self._sets, depth))
        elif self._open and not {"tabbed-block", "tabbed-content"}.isdisjoint(classes):
            self._open[-1].tab += 1  # in one style each is a block in the content, in one a content

    def leave(self, depth: int) -> None:
        """Nothing is open any more that is deeper than this."""
        while self._open and self._open[-1].depth > depth:
            self._open.pop()

    def fence(self, line: int) -> None:
        """A fence stands here."""
        if self._open:
            self.of_fences[line] = tuple((one.number, one.tab) for one in self._open)


class _Reader(HTMLParser):
    """Finds the code blocks of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fences: list[int] = []
        self.commented: set[int] = set()
        self.hidden: set[int] = set()
        self.within: dict[int, str] = {}
        self.tabs = _Tabs()
        self.others: list[str] = []
        self._open: list[tuple[str, bool]] = []  # each element, and whether it is not displayed
        self.hides_code = False  # by a style sheet of the page
        self._raw = ""  # the element that is open in which no others are
        self._code: list[str] | None = None  # of the block that is being read
        self._block = ""  # its element
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._raw:
            self._find_within(self.get_starttag_text() or "")
            return
        if tag in ENDS_PARAGRAPH and MARK not in given:
            self.handle_endtag("p")
        if tag not in VOID:
            self._open.append((tag, _is_hidden(tag, given)))
            self.tabs.enter((given.get("class") or "").split(), len(self._open))
        if MARK in given:
            self._fence(int(given[MARK] or 0))
        elif self._code is None and _is_code(tag, given):
            self._code, self._block, self._depth = [], tag, len(self._open)
        if tag in RAW:
            self._raw = tag
            self._read_other(given.get("srcdoc") or "")

    def _fence(self, line: int) -> None:
        self.fences.append(line)
        self.tabs.fence(line)
        if any(hidden for _, hidden in self._open):
            self.hidden.add(line)
        elif self._code is not None:
            self.within[line] = self._block

    def _find_within(self, text: str) -> None:
        """Note the fences that are a part of the text of an element."""
        for mark in IN_TEXT.finditer(text):
            self.within[int(mark[1])] = self._raw

    def _read_other(self, text: str) -> None:
        """Read a page that is within the page."""
        reader = _Reader()
        reader.feed(text)
        reader.close()
        reader.flush()
        self.others += reader.others

    def handle_endtag(self, tag: str) -> None:
        if self._raw not in {"", tag}:
            return
        self._raw = ""
        names = [name for name, _ in self._open]
        if tag not in names:
            return
        at = len(names) - 1 - names[::-1].index(tag)
        if not UNSEEN.isdisjoint(names[at + 1 :]):
            return  # as in a browser, nothing outside ends within one of these
        del self._open[at:]
        self.tabs.leave(len(self._open))
        if self._code is not None and len(self._open) < self._depth:
            self.flush()

    def handle_data(self, data: str) -> None:
        if self._raw:
            self._find_within(data)
        if self._raw == "style" and HIDES_CODE.search(re.sub(r"\s*([{}:;,])\s*", r"\1", data)):
            self.hides_code = True
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


def _is_code(tag: str, attrs: dict[str, str | None]) -> bool:
    """Whether what an element has is shown as code."""
    if tag == "script":
        return bool(PROGRAM.fullmatch(attrs.get("type") or ""))
    return tag in CODE | EDITORS or "white-space:pre;" in _style(attrs)


def _style(attrs: dict[str, str | None]) -> str:
    return re.sub(r"\s", "", attrs.get("style") or "").lower() + ";"


def _is_hidden(tag: str, attrs: dict[str, str | None]) -> bool:
    style = _style(attrs)
    if "hidden" in attrs or (tag in UNSEEN and "open" not in attrs):
        return True
    return bool(UNSEEN_STYLES.search(style))
