"""What a fence is: one code block of a Markdown page, its header taken apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

PYTHON = frozenset({"python", "py", "python3", "py3"})
SESSION = frozenset({"pycon", "python-console"})
SHELL = frozenset({"console"})
DATA = frozenset({"yaml", "yml", "toml", "json", "caddyfile"})


class Role(StrEnum):
    """What a fence promises. Each fence has one role, or a problem."""

    EXECUTED = "executed"
    OUTPUT = "output"
    ERROR = "error"
    EXCERPT = "excerpt"
    VALIDATED = "validated"
    NOT_RUN = "not-run"


@dataclass(frozen=True)
class Header:
    """The first line of a fence, as pymdownx.superfences reads it."""

    language: str = ""
    classes: tuple[str, ...] = ()
    id: str = ""
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """Code, and where it stands: `text` begins at line `line` of `path`, counted from 1.

    `whole` is what the file has, where that is not what the disk has.
    """

    path: Path
    line: int
    text: str
    whole: str | None = None


@dataclass(frozen=True)
class Fence:
    """One fence of a page: where it stands, what it holds, and its role or its problem.

    `page` is the page's name in messages, from the site's root. `line` is that of the opening
    marker and `end` that of the closing one, both from 1. `prefix` is what stands before the
    marker: indentation, `> `, `- `. `shown` is the text that the page shows, `problem` what is
    wrong and what to do about it. `tabs` are the sets of tabs that it is in, from the outermost,
    each with the tab, by their numbers on the page.
    """

    path: Path
    page: str
    line: int
    end: int
    prefix: str
    marker: str
    info: str
    body: str
    header: Header = Header()
    shown: str = ""
    include: Source | None = None
    role: Role | None = None
    problem: str = ""
    tabs: tuple[tuple[int, int], ...] = ()

    @property
    def where(self) -> str:
        """`page.md:line`."""
        return f"{self.page}:{self.line}"

    @property
    def language(self) -> str:
        """The language, in lower case."""
        return self.header.language

    @property
    def classes(self) -> tuple[str, ...]:
        """The further words of the header that begin with a dot."""
        return self.header.classes

    @property
    def id(self) -> str:
        """The id, or an empty text."""
        return self.header.id

    @property
    def source(self) -> Source:
        """What runs: the included file or section, else the body itself."""
        return self.include or Source(self.path, self.line + 1, self.body)

    @property
    def reason(self) -> str:
        """Why it does not run, in the page's own words."""
        return self.header.options.get("reason", "")
