"""The mutants of a page and of a program: each is one change that something has to notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from fenceproof.block import Block
from fenceproof.console import commands
from fenceproof.fence import SESSION, SHELL, Fence, Role, Source
from fenceproof.mutation import data
from fenceproof.mutation.operators import edits
from fenceproof.session import NotASession, statements

if TYPE_CHECKING:
    from fenceproof.site import SourcePage

MARK = "broken on purpose"


class Kind(StrEnum):
    """What is changed."""

    FENCE = "fence"  # a block is made to fail, data to be nonsense
    OUTPUT = "output"  # what a page shows of a run
    DATA = "data"  # a value, a key or a type
    INLINE = "inline"  # the code of a block that stands on the page
    PROGRAM = "program"  # the code of a file that the page runs


@dataclass(frozen=True)
class Mutant:
    """One change, and where it must be noticed.

    `place` is the page or the program, `line` the line in it, `code` that line's text and
    `change` what became of it. `text` is the changed body of the fence, or the changed program.
    `at` is the fence that is changed, by its place on the page, and `target` the one that must
    fail; where that is None, any one from `at` on may.
    """

    kind: Kind
    place: str
    path: Path
    line: int
    code: str
    change: str
    text: str = field(repr=False)
    at: int = 0
    target: int | None = None

    def __str__(self) -> str:
        code = f"  in  {self.code}" if self.code else ""
        return f"{self.place}:{self.line}: {self.change}{code}"

    @property
    def key(self) -> tuple[str, str, str]:
        """How an explanation names it."""
        return self.place, self.code, self.change

    @property
    def needs_mark(self) -> bool:
        """Whether it is noticed only if the failure is the one that was made."""
        return self.kind is Kind.FENCE and MARK in self.text

    def rank(self, seed: str) -> bytes:
        """Its place in the order of a sample, the same on every machine.

        A change to one line is where it was, whatever becomes of the lines around it.
        """
        named = "\0".join(self.key) if self.code else f"{self}\0{self.text}"
        return blake2b(f"{seed}\0{named}".encode()).digest()

    def of(self, fences: list[Fence]) -> list[Fence]:
        """The fences of a page, changed by it."""
        if self.kind is Kind.PROGRAM:
            return [_including(fence, self.path, self.text) for fence in fences]
        fence = fences[self.at]
        if self.kind is Kind.DATA and fence.include:
            changed = replace(fence, include=_with_text(fence.include, self.text))
        else:
            changed = replace(fence, body=self.text, shown=self.text, include=None)
        return [*fences[: self.at], changed, *fences[self.at + 1 :]]


def _with_text(include: Source, text: str) -> Source:
    """An include of other text, in a file that has it in the place of the old."""
    lines = include.path.read_text("utf-8").split("\n")
    first, count = include.line - 1, include.text.count("\n")
    cut = " " * _cut(lines[first], include)
    new = [cut + line if line else line for line in text.removesuffix("\n").split("\n")]
    whole = "\n".join([*lines[:first], *new, *lines[first + count :]])
    return replace(include, text=text, whole=whole)


def _cut(line: str, include: Source) -> int:
    """By how much an include is indented less than its first line is in the file."""
    outer = len(line) - len(line.lstrip())
    inner = len(include.text) - len(include.text.lstrip(" "))
    return max(0, outer - inner)


def _including(fence: Fence, path: Path, text: str) -> Fence:
    """The fence, if it includes lines of the program, with those lines of another text."""
    include = fence.include
    if include is None or include.path.resolve() != path.resolve():
        return fence
    old = path.read_text("utf-8").split("\n")
    new = text.split("\n")
    first, count = include.line - 1, include.text.count("\n")
    cut = _cut(old[first], include)
    lines = [line[cut:] for line in new[first : first + count]]
    return replace(fence, include=replace(include, text="\n".join(lines) + "\n"))


# -- the mutants of a page ----------------------------------------------------------------


def of_page(page: SourcePage) -> list[Mutant]:
    """The mutants of a page; where two would read alike, the second says #2."""
    found: list[Mutant] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for mutant in _of_fences(page):
        seen[mutant.key] += 1
        if mutant.kind in {Kind.INLINE, Kind.DATA} and seen[mutant.key] > 1:
            mutant = replace(mutant, change=f"{mutant.change} #{seen[mutant.key]}")
        found.append(mutant)
    return found


def _of_fences(page: SourcePage) -> Iterator[Mutant]:
    blocks = {block.program.line: block for block in page.blocks}
    for at, fence in enumerate(page.fences):
        match fence.role:
            case Role.EXECUTED:
                yield from _of_block(page, at, blocks[fence.line])
            case Role.VALIDATED:
                yield from _of_data(page, at)
            case Role.EXCERPT:
                lines = _lines(fence)
                change, body = next(_corrupted(lines, range(len(lines)), page.name))
                yield _of_fence(page, at, change, body, Kind.FENCE)
            case Role.OUTPUT | Role.ERROR:
                lines = _lines(fence)
                for change, body in _corrupted(lines, range(len(lines)), page.name):
                    yield _of_fence(page, at, change, body, Kind.OUTPUT)


def _of_fence(page: SourcePage, at: int, change: str, body: str, kind: Kind) -> Mutant:
    line = page.fences[at].line
    return Mutant(kind, page.name, page.path, line, "", change, body, at, at)


def _lines(fence: Fence) -> list[str]:
    return fence.source.text.split("\n")[:-1]


def _of_block(page: SourcePage, at: int, block: Block) -> Iterator[Mutant]:
    """A block that fails, one whose own answers are others, one with other code."""
    fence = block.program
    failing = f'raise RuntimeError("{MARK}")\n'
    if fence.language in SESSION:
        failing = f">>> {failing}"
    elif fence.language in SHELL:
        failing = f"$ echo {MARK}; exit 1\n"
    target = page.fences.index(block.error) if block.error else at
    made = _of_fence(page, at, "the block → a failure", failing, Kind.FENCE)
    yield replace(made, target=target)
    lines = _lines(fence)
    for span in _answered(fence):
        for change, body in _corrupted(lines, span, page.name):
            yield _of_fence(page, at, change, body, Kind.OUTPUT)
    if fence.include is None:
        yield from _of_code(page, at)


def _answered(fence: Fence) -> Iterator[range]:
    """The lines of a session or a console that show what a statement or a command gave."""
    text = fence.source.text
    if fence.language in SESSION:
        for statement in statements(text):
            start = statement.line + len(statement.prompts)
            if statement.end > start:
                yield range(start, statement.end)
    elif fence.language in SHELL:
        lines, at = _lines(fence), 0
        found = [*commands(text)]
        starts = []
        for command in found:
            at = lines.index(command.lines[0], at)
            starts.append(at)
            at += len(command.lines)
        for command, start, stop in zip(found, starts, [*starts[1:], len(lines)], strict=True):
            yield range(start + len(command.lines), stop)


def _corrupted(lines: list[str], span: range, page: str) -> Iterator[tuple[str, str]]:
    """The body with the lines of the span made wrong: one character, one line."""
    kept = lines[span.start : span.stop]

    def body(new: list[str]) -> str:
        whole = lines[: span.start] + new + lines[span.stop :]
        return "".join(f"{line}\n" for line in whole)

    places = []
    for number, line in enumerate(kept):
        places += [(number, at) for at, character in enumerate(line) if not character.isspace()]
    if places:
        digest = blake2b(f"{page}{span}{kept}".encode()).digest()
        number, at = places[int.from_bytes(digest, "big") % len(places)]
        line = kept[number]
        wrong = line[:at] + ("y" if line[at] == "x" else "x") + line[at + 1 :]
        new = [*kept[:number], wrong, *kept[number + 1 :]]
        yield f"{line.strip()} → {wrong.strip()}", body(new)
    if kept:
        yield f"the last line, {kept[-1].strip()} → nothing", body(kept[:-1])
    else:
        yield "nothing → x", body(["x"])


def _of_data(page: SourcePage, at: int) -> Iterator[Mutant]:
    fence = page.fences[at]
    nonsense = data.NONSENSE.get(fence.language, "")
    yield _of_fence(page, at, "the data → nonsense", nonsense, Kind.FENCE)
    text = fence.source.text
    for change in data.changes(fence.language, text):
        line = text.count("\n", 0, change.start)
        old = " ".join(text[change.start : change.stop].split())
        said = f"{old} → {change.new.strip()}"
        yield replace(
            _of_fence(page, at, said, change.apply(text), Kind.DATA),
            line=_line_in_page(fence, line),
            code=text.split("\n")[line].strip(),
        )


def _line_in_page(fence: Fence, line: int) -> int:
    return fence.line if fence.include else fence.line + 1 + line


def _of_code(page: SourcePage, at: int) -> Iterator[Mutant]:
    """The code of a block that stands on the page, each statement of a session by itself."""
    fence = page.fences[at]
    body = fence.body
    for start, source, write in _sources(fence):
        for line, code, change, text in _changes(source):
            mutant = _of_fence(page, at, change, write(text), Kind.INLINE)
            assert write(source) == body
            yield replace(mutant, line=fence.line + 1 + start + line, code=code, target=None)


Written = tuple[int, str, "Write"]


@dataclass(frozen=True)
class Write:
    """Puts a statement, changed, back among the lines of its fence."""

    before: list[str]
    after: list[str]
    prompts: bool

    def __call__(self, source: str) -> str:
        if not self.prompts:
            return source
        lines = source.removesuffix("\n").split("\n")
        first = [f">>> {lines[0]}".rstrip()]
        more = [f"... {line}".rstrip() for line in lines[1:]]
        return "\n".join([*self.before, *first, *more, *self.after])


def _sources(fence: Fence) -> Iterator[Written]:
    """The programs that a fence has: their first lines, their texts, how they are put back."""
    if fence.language in SHELL:
        return
    if fence.language not in SESSION:
        yield 0, fence.body, Write([], [], False)
        return
    lines = fence.body.split("\n")
    try:
        found = statements(fence.body)
    except NotASession:
        return
    for statement in found:
        end = statement.line + len(statement.prompts)
        write = Write(lines[: statement.line], lines[end:], True)
        if write(statement.source) == fence.body:
            yield statement.line, statement.source, write


def _changes(source: str) -> Iterator[tuple[int, str, str, str]]:
    """Each change of a program: its line from 0, the text of that, what became of it, the whole."""
    text = source.encode()
    lines = source.split("\n")
    try:
        found = [*edits(text)]
    except (SyntaxError, ValueError):
        return
    for edit in found:
        line = text.count(b"\n", 0, edit.start)
        parts = text[edit.start : edit.stop], edit.new
        old, new = (" ".join(part.decode().split()) for part in parts)
        change = f"{old or 'nothing'} → {new or 'nothing'}"
        yield line, lines[line].strip(), change, edit.apply(text).decode()


# -- the mutants of a program -------------------------------------------------------------


def of_program(name: str, path: Path) -> list[Mutant]:
    """The mutants of a program; where two would read alike, the second says #2."""
    found = []
    seen: Counter[tuple[str, str]] = Counter()
    for line, code, change, text in _changes(path.read_text("utf-8")):
        seen[code, change] += 1
        if seen[code, change] > 1:
            change = f"{change} #{seen[code, change]}"
        found.append(Mutant(Kind.PROGRAM, name, path, line + 1, code, change, text))
    return found
