"""Write into a page what its run gives: outputs, errors, and what sessions and consoles print.

fenceproof record [--check] [PATH ...]

A page is run in two processes with different hash seeds, and twice more before it is changed: a
line that is not the same each time is refused, since the next run would give another one.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from fenceproof.fence import Fence, Role
from fenceproof.percent import is_script
from fenceproof.running import Result
from fenceproof.site import SourcePage

if TYPE_CHECKING:
    from fenceproof.cli import Asked
    from fenceproof.site import Site

SEEDS = (1, 2)
MORE_SEEDS = (3, 4)
BOM = b"\xef\xbb\xbf"
LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

VARIES = (
    "this line varies from run to run: {!r}; another run gave {!r}: "
    "print what stays the same, or mark the program .not-run with a reason"
)
OF_TODAY = (
    "this line has the date or the time of this run, and another day gives another one: {!r}: "
    "have the program take a date that it names itself"
)
DATES = (
    "{0:%Y-%m-%d}",
    "{0:%Y%m%d}",
    "{0:%d.%m.%Y}",
    "{0:%d/%m/%Y}",
    "{0:%m/%d/%Y}",
    "{0:%B} {0.day}, {0.year}",
    "{0.day} {0:%B %Y}",
    "{0:%a %b} {0.day:2}",
    "date({0.year}, {0.month}, {0.day})",
    "datetime({0.year}, {0.month}, {0.day}, ",
)
SECONDS = re.compile(r"(?<![\w.])\d{10}(?![\w])")
DAY = 86_400
INCLUDED = "the run gave something else, and the body is an include: change its file"
NO_NEWLINE = (
    "the last line that is printed has no newline, which no fence can show: let the block print one"
)
CLOSES = "it prints a line that closes its own fence: open and close the fence with {}"
NOT_READ_BACK = "what is printed would not be read back as it is here: {}"
CHANGED = "the page has changed while it ran, so it is not written: record it again"


class Unwritable(Exception):
    """A text that no fence at this place can show; the message says what to do."""


@dataclass(frozen=True)
class Recorded:
    """What came of a page: how many fences differ, how, and what is to be mended by hand.

    `difference` has the lines of a unified difference, `to_mend` messages with page and line.
    """

    page: str
    count: int = 0
    difference: list[str] = field(default_factory=list)
    to_mend: list[str] = field(default_factory=list)


def record(site: Site, path: Path, *, check: bool = False, seconds: float = 120) -> Recorded:
    """Run a page and write into it what that gave; with `check`, only tell.

    Raises: OSError, where the page cannot be read or written.
    """
    file = site.config.root / path
    raw = file.read_bytes()
    mark = BOM if raw.startswith(BOM) else b""
    old = raw[len(mark) :].decode(errors="surrogateescape")
    draft = Draft(site, file, old)
    to_mend = draft.fill(_Runs(site, draft.page, seconds))
    name = draft.page.name
    if draft.text == old:
        return Recorded(name, to_mend=to_mend)
    if not check:
        if file.read_bytes() != raw:
            return Recorded(name, to_mend=[f"{name}:1: {CHANGED}"])
        replace_file(file, mark + draft.text.encode(errors="surrogateescape"))
    return Recorded(name, draft.count, _difference(name, old, draft.text), to_mend)


def _difference(name: str, old: str, new: str) -> list[str]:
    """How two texts differ, of which line endings are no part."""
    before, after = _plain(old).split("\n"), _plain(new).split("\n")
    return list(difflib.unified_diff(before, after, name, name, lineterm=""))


def _plain(text: str) -> str:
    """The text as a page is read: without its line endings, and without bytes that are no text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode(errors="surrogateescape").decode(errors="replace")


def replace_file(path: Path, data: bytes) -> None:
    """Put another file in the place of this one, whole or not at all."""
    path = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(name, path.stat().st_mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


# -- running --------------------------------------------------------------------------


class _Runs:
    """What the fences of a page gave in some runs."""

    def __init__(self, site: Site, page: SourcePage, seconds: float) -> None:
        self._site, self._page, self._seconds = site, page, seconds
        self._runs = [self._run(seed) for seed in SEEDS]
        if any(result.is_stale for result in self._runs[0]):
            self._runs += [self._run(seed) for seed in MORE_SEEDS]

    def _run(self, seed: int) -> list[Result]:
        zygote = self._site.zygote_of(seed)
        with self._page.running(zygote, seconds=self._seconds, past_stale=True) as running:
            return [running.result(fence) for fence in self._page.fences]

    def __iter__(self) -> Iterator[tuple[Result, ...]]:
        """The results of each fence."""
        return iter(zip(*self._runs, strict=True))


def settled(results: tuple[Result, ...]) -> Result:
    """The result of a fence that was run several times, which is none if it varies."""
    for result in results:
        if result.problem and not result.is_stale:
            return result
    first = results[0]
    for other in results[1:]:
        if first.written != other.written:
            lines = zip_longest(_lines(first), _lines(other), fillvalue="")
            pair = next(pair for pair in lines if pair[0] != pair[1])
            return Result(first.fence, VARIES.format(*pair))
    return first


def of_today(written: str, page: str) -> str:
    """The first line with today's date or with the time, if the page does not name it; or nothing.

    A run that is repeated at once cannot tell that it will be another one tomorrow.
    """
    days = datetime.now(), datetime.now(UTC)
    dates = {form.format(day) for form in DATES for day in days}
    now = time.time()
    for line in written.split("\n"):
        named = {date for date in dates if date in line}
        named |= {word for word in SECONDS.findall(line) if abs(int(word) - now) < DAY}
        if any(word not in page for word in named):
            return line
    return ""


def _lines(result: Result) -> list[str]:
    return (result.written or "").split("\n")


# -- writing --------------------------------------------------------------------------


class Draft:
    """The text of a page, into which bodies of fences are written. `count` is how many."""

    def __init__(self, site: Site, path: Path, text: str) -> None:
        self._site, self._path = site, path
        self.text, self.count = text, 0
        self.page = SourcePage(site, path, self._parse(text))
        self._fences = self.page.fences

    def _parse(self, text: str) -> list[Fence]:
        return self._site.parse(self._path, _plain(text))

    def fill(self, runs: _Runs) -> list[str]:
        """Write what the runs gave; what is to be mended by hand."""
        to_mend = []
        for at, results in enumerate(runs):
            result = settled(results)
            if result.ok:
                continue
            try:
                if not result.is_stale:
                    raise Unwritable("\n".join(filter(None, [result.problem, result.traceback])))
                self._put(at, result.written or "")
            except Unwritable as why:
                to_mend.append(f"{result.fence.where}: {str(why).rstrip()}")
        return to_mend

    def _put(self, at: int, body: str) -> None:
        """Write the body of the fence number `at`. Raises: Unwritable."""
        fence = self._fences[at]
        if fence.include:
            raise Unwritable(INCLUDED)
        if line := of_today(body, self.text.replace(fence.body, "")):
            raise Unwritable(OF_TODAY.format(line))
        if body and not body.endswith("\n"):
            raise Unwritable(NO_NEWLINE)
        text = with_body(self.text, fence, self._site.includes.escaped(body))
        fences = self._parse(text)
        self._check(at, body, fences)
        self.text, self._fences = text, fences
        self.count += 1

    def _check(self, at: int, body: str, fences: list[Fence]) -> None:
        """Have these fences be those of the page, but for one body. Raises: Unwritable."""
        fence = self._fences[at]
        wanted = [_key(other, other.body) for other in self._fences]
        wanted[at] = _key(fence, body)
        if [_key(other, other.body) for other in fences] == wanted:
            return
        longer = _longer(fence.marker, body)
        if longer != fence.marker:
            raise Unwritable(CLOSES.format(longer))
        why = fences[at].problem if at < len(fences) else ""
        raise Unwritable(NOT_READ_BACK.format(why or "print something else"))


def _key(fence: Fence, body: str) -> tuple[Role | None, str, str, str]:
    """What must be the same of a fence when another one has been written."""
    return fence.role, fence.marker, fence.info, body


def _longer(marker: str, body: str) -> str:
    """A marker that is longer than what looks like one in the body."""
    kind = marker[0]
    runs = re.findall(rf"^[ \t>]*({kind}{{{len(marker)},}})", body, re.M)
    if not runs:
        return marker
    return kind * (max(map(len, runs)) + 1)


def with_body(text: str, fence: Fence, body: str) -> str:
    """The page, in which a fence has this body; each line begins and ends as its container asks."""
    lines = LINES.findall(text)
    ending = re.sub(r"[^\r\n]", "", lines[fence.line - 1])
    prefix = re.sub(r"[^>\s]", " ", fence.prefix)
    written = []
    for line in body.split("\n")[:-1]:
        start = prefix if line else prefix.rstrip()
        written.append(f"{start}{line}{ending}")
    return "".join([*lines[: fence.line], *written, *lines[fence.end - 1 :]])


# -- the command ----------------------------------------------------------------------


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes besides paths."""
    parser.add_argument("--check", action="store_true", help="write nothing, and tell what differs")


def command(asked: Asked, options: argparse.Namespace) -> int:
    """Record the pages that are asked for; 1 if something is to be mended or, to check, differs."""
    from fenceproof.cli import Refused

    for path in options.paths:
        if is_script(path):
            raise Refused(f"{path}: a script is run by its notebook: name a page")
    count = pages = to_mend = 0
    for site, paths in asked.sites():
        for path in paths:
            if is_script(path):
                continue
            done = record(site, path, check=options.check, seconds=asked.settings.seconds)
            for line in [*done.difference, *done.to_mend]:
                print(line, flush=True)
            count, pages = count + done.count, pages + bool(done.count)
            to_mend += len(done.to_mend)
    wrote = "would write" if options.check else "wrote"
    print(f"{wrote} {count} fences on {pages} pages, {to_mend} to mend by hand")
    return int(bool(to_mend or (options.check and count)))
