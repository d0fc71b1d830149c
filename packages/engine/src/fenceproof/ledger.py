"""The ledger: every fence of a site, what it promises, and what becomes of it.

fenceproof ledger [--json] [PATH ...]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from fenceproof.fence import PYTHON, SESSION, SHELL, Fence, Role
from fenceproof.percent import is_script

if TYPE_CHECKING:
    from fenceproof.cli import Asked
    from fenceproof.site import Site

UNKNOWN = "unknown"
BROKEN = "broken"
COMPARED = {Role.OUTPUT, Role.ERROR, Role.EXCERPT, Role.VALIDATED}


@dataclass(frozen=True)
class Row:
    """One fence: where it stands, what it promises, and what becomes of it.

    `role` is "unknown" where it has none, and `problem` then says why. `compared` tells whether a
    run compares something with what the fence shows, `browser` whether the reader can run it where
    it stands, and `reason` why it does not run.
    """

    page: str
    line: int
    language: str
    role: str
    compared: bool
    browser: bool
    reason: str
    problem: str


@dataclass(frozen=True)
class Ledger:
    """The fences of some pages, and how many pages that were."""

    pages: int
    rows: tuple[Row, ...]

    @property
    def summary(self) -> str:
        """The closing line."""
        return summary([(row.role, row.reason) for row in self.rows], self.pages)


def ledger(site: Site, paths: Iterable[str | os.PathLike[str]]) -> Ledger:
    """The fences of these pages of a site."""
    rows: list[Row] = []
    pages = 0
    for path in paths:
        pages += 1
        rows += _rows(site, site.page(path).fences)
    return Ledger(pages, tuple(rows))


def _rows(site: Site, fences: list[Fence]) -> Iterator[Row]:
    for fence, below in zip_longest(fences, fences[1:]):
        yield Row(
            fence.page,
            fence.line,
            fence.language,
            fence.role or UNKNOWN,
            is_compared(fence, below),
            runs_in_browser(site, fence),
            fence.reason,
            fence.problem,
        )


def is_compared(fence: Fence, below: Fence | None) -> bool:
    """Whether a run compares something with what this fence shows; `below` is the next one."""
    if fence.role is Role.EXECUTED:
        if fence.language in SESSION | SHELL:
            return True
        return below is not None and below.role in {Role.OUTPUT, Role.ERROR}
    return fence.role in COMPARED


def runs_in_browser(site: Site, fence: Fence) -> bool:
    """Whether the reader can run this fence where it stands, on a page that the site draws."""
    if fence.role is not Role.EXECUTED or fence.language not in PYTHON | SESSION:
        return False
    if "no-browser" in fence.header.classes or is_script(fence.path):
        return False
    return site.config.is_drawn and fence.path.is_relative_to(site.config.docs)


HEADINGS = {
    Role.EXECUTED: "executed",
    Role.EXCERPT: "executed",
    Role.OUTPUT: "outputs compared",
    Role.ERROR: "outputs compared",
    Role.VALIDATED: "validated",
    Role.NOT_RUN: "not run",
    UNKNOWN: "without a role",
    BROKEN: "broken",
}


def summary(fences: Iterable[tuple[str, str]], pages: int) -> str:
    """The closing line, of the role and the reason of each fence of so many pages."""
    fences = list(fences)
    counts = Counter(HEADINGS[role] for role, _ in fences)
    headings = [heading for heading in dict.fromkeys(HEADINGS.values()) if counts[heading]]
    parts = ", ".join(f"{counts[heading]} {heading}" for heading in headings)
    reasons = Counter(reason for role, reason in fences if role == Role.NOT_RUN)
    told = (f"{n} × {reason}" if n > 1 else reason for reason, n in sorted(reasons.items()))
    why = "; ".join(told)
    closing = f"{len(fences)} fences on {pages} pages"
    closing += f": {parts}" if parts else ""
    return closing + (f" ({why})" if why else "")


# -- the command ----------------------------------------------------------------------


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes besides paths."""
    parser.add_argument("--json", action="store_true", help="print JSON, one object a fence")


def command(asked: Asked, options: argparse.Namespace) -> int:
    """List the fences of the pages that are asked for."""
    rows: list[Row] = []
    pages = 0
    for site, paths in asked.sites():
        listed = ledger(site, paths)
        rows += listed.rows
        pages += listed.pages
        for note in site.notes:
            print(f"fenceproof: {note}", file=sys.stderr)
    whole = Ledger(pages, tuple(rows))
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        print(whole.summary, file=sys.stderr)
        return 0
    for row in rows:
        print(_line(row))
    print(whole.summary)
    return 0


def _line(row: Row) -> str:
    """A row as text, its columns between tabs."""
    compared = "compared" if row.compared else "-"
    browser = "browser" if row.browser else "-"
    why = row.problem or row.reason
    columns = [f"{row.page}:{row.line}", row.language or "-", row.role, compared, browser, why]
    return "\t".join(columns)
