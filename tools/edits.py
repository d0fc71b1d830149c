"""What the mutation proof changes: a page's promises, and the code of the programs it runs.

A program is changed in its text, where the literal, comparison or operator
stands, so that comments, section marks and line numbers stay what they are.
"""

import ast
import builtins
import doctest
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.machinery import SourceFileLoader
from itertools import pairwise, takewhile
from pathlib import Path
from types import CodeType
from typing import IO, Any

from tools.fences import ROOT, SESSION, SHELL, Fence, parse, shorten, shown
from tools.record import put

SNIPPETS = ROOT / "snippets"
ELSEWHERE = SNIPPETS / "hybrid" / "cluster"  # real processes, broken by tests of their own: too slow for each mutant
SAMPLE = 40  # of the changes to programs, so many are tried on every push; weekly, all of them


@dataclass(frozen=True)
class Mutant:
    """One change to a page or a program, and where it must be noticed."""

    kind: str  # fence, output or program
    path: Path
    line: int  # of the fence, or of the change in the program
    code: str  # the program's line, stripped
    change: str  # before → after
    text: str  # the whole page or program, changed
    start: int  # the line in the body where it starts; or of the function in the program, 0 outside of any
    at: int = 0  # the fence that is changed, by its place on the page
    target: int = 0  # the fence that must go red
    rerun: bool = False  # only a run of the page from the top can tell

    def __str__(self) -> str:
        return f"{shorten(self.path)}:{self.line}: {self.change}" + (f"  in  {self.code}" if self.code else "")

    @property
    def key(self) -> tuple[str, str, str]:
        """How the proof page names a program's mutant."""
        return shorten(self.path), self.code, self.change

    def rank(self, seed: str) -> bytes:
        """Its place in the order of a sample, the same on every machine."""
        return blake2b(f"{seed}\0{self}\0{self.text}".encode()).digest()


MARK = "broken on purpose"
NONSENSE = {"json": "{\n", "toml": "=\n", "yaml": "{\n", "yml": "{\n", "caddyfile": "}\n"}


def of_page(path: Path, text: str) -> Iterator[Mutant]:
    """The mutants of a page: each of its promises broken, in a copy of its text."""
    fences = parse(path, text := text.replace("\r\n", "\n"))
    for at, fence in enumerate(fences):
        lines = (shown(fence) if fence.include else fence.body).split("\n")[:-1]
        if fence.role == "executed":
            promised = takewhile(lambda other: other.role in {"output", "error"}, fences[at + 1 :])
            target = fences.index(next((other for other in promised if other.role == "error"), fence))
            body = f"$ echo {MARK}; exit 1\n" if fence.language in SHELL else f'raise RuntimeError("{MARK}")\n'
            new = put(text, fence, f">>> {body}" if fence.language in SESSION else body)
            yield Mutant("fence", path, fence.line, "", "the block → a failure", new, 0, at, target)
        elif fence.role == "validated":
            new = put(text, fence, NONSENSE[fence.language])
            yield Mutant("fence", path, fence.line, "", "the data → nonsense", new, 0, at, at)
        elif fence.role == "excerpt":
            change, body = next(corrupted(lines, range(len(lines)), path))
            yield Mutant("fence", path, fence.line, "", change, put(text, fence, body), 0, at, at)
        for span in expected(fence, lines):
            for change, body in corrupted(lines, span, path):
                new, rerun = put(text, fence, body), fence.role == "executed"
                yield Mutant("output", path, fence.line, "", change, new, span.start, at, at, rerun)


def expected(fence: Fence, lines: list[str]) -> Iterator[range]:
    """The runs of a fence's lines that show what its block, statement or command gave."""
    if fence.role in {"output", "error"}:
        yield range(len(lines))
    elif fence.role == "executed" and fence.language in SESSION:
        for example in doctest.DocTestParser().get_examples(fence.body):
            start = example.lineno + example.source.count("\n")
            if example.want:
                yield range(start, start + example.want.count("\n"))
    elif fence.role == "executed" and fence.language in SHELL:
        commands = [at for at, line in enumerate(lines) if line.startswith("$ ")]
        for start, stop in zip(commands, [*commands[1:], len(lines)], strict=True):
            while lines[start].endswith("\\") and lines[start + 1 : stop] and lines[start + 1].startswith("> "):
                start += 1
            yield range(start + 1, stop)


def corrupted(lines: list[str], span: range, path: Path) -> Iterator[tuple[str, str]]:
    """The body with the lines of the span made wrong: one character, one line."""

    def body(new: list[str]) -> str:
        return "".join(f"{line}\n" for line in lines[: span.start] + new + lines[span.stop :])

    kept = lines[span.start : span.stop]
    chars = [(n, column) for n, line in enumerate(kept) for column, char in enumerate(line) if not char.isspace()]
    if chars:
        n, column = chars[int.from_bytes(blake2b(f"{path.name}{span}{kept}".encode()).digest(), "big") % len(chars)]
        wrong = kept[n][:column] + ("y" if kept[n][column] == "x" else "x") + kept[n][column + 1 :]
        yield f"{kept[n].strip()} → {wrong.strip()}", body([*kept[:n], wrong, *kept[n + 1 :]])
    if kept:
        yield f"the last line, {kept[-1].strip()} → nothing", body(kept[:-1])
    else:
        yield "nothing → x", body(["x"])


def of_program(path: Path) -> Iterator[Mutant]:
    """The mutants of a program; where two would read alike, the second says #2."""
    if ELSEWHERE in path.parents:
        return
    source = path.read_bytes()
    lines = source.decode().split("\n")
    functions: dict[int, int] = {}
    for node in ast.walk(ast.parse(source)):  # an inner one comes after the outer
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node, *node.decorator_list], key=lambda part: part.lineno).lineno
            functions |= dict.fromkeys(range(node.body[0].lineno, (node.end_lineno or 0) + 1), first)
    seen: Counter[tuple[str, str]] = Counter()
    for start, stop, new in edits(source):
        line = source.count(b"\n", 0, start) + 1
        text = (source[:start] + new + source[stop:]).decode()
        ast.parse(text)
        code = lines[line - 1].strip()
        change = " → ".join(" ".join(part.decode().split()) for part in (source[start:stop], new))
        seen[code, change] += 1
        change += f" #{seen[code, change]}" if seen[code, change] > 1 else ""
        yield Mutant("program", path, line, code, change, text, functions.get(line, 0))


# -- over the disk ---------------------------------------------------------


def overlay(instead: Callable[[str], str | None]) -> None:
    """From here on, a program below snippets/ reads and imports as what `instead` gives for its path, if anything."""
    real_open, real_code = open, SourceFileLoader.get_code
    home = os.path.realpath(SNIPPETS) + os.sep

    def text_of(path: object) -> str | None:
        name = os.path.realpath(path) if isinstance(path, str | os.PathLike) else ""
        return instead(str(name)) if str(name).startswith(home) and str(name).endswith(".py") else None

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
        text = text_of(file) if mode in {"r", "rb", "rt"} else None
        if text is None:
            return real_open(file, mode, *args, **kwargs)
        return io.BytesIO(text.encode()) if mode == "rb" else io.StringIO(text)

    def code(self: SourceFileLoader, name: str) -> CodeType | None:
        text = text_of(self.path)
        return real_code(self, name) if text is None else compile(text, self.path, "exec", dont_inherit=True)

    builtins.open = io.open = opened  # type: ignore[assignment]
    SourceFileLoader.get_code = code  # type: ignore[assignment, method-assign]


@cache
def commented(name: str) -> str:
    """A program as it stands on the disk, but for a comment after its last statement."""
    with io.FileIO(name) as file:
        lines = file.readall().decode().split("\n")
    with suppress(SyntaxError):
        for statement in ast.parse("\n".join(lines)).body[-1:]:
            lines[(statement.end_lineno or 1) - 1] += "  # and a comment"
    return "\n".join(lines)


# -- inside a program ------------------------------------------------------

SWAP = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "in": "not in", "not in": "in", "is": "is not",
    "is not": "is", "and": "or", "or": "and", "+": "-", "-": "+", "*": "/", "/": "*", "//": "*", "%": "*", "**": "*",
    "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "&", "@": "*", "~": "-",
}  # fmt: skip
OPERATOR = re.compile(rb"not\s+in|is\s+not|[^\s()\\#]+")
OPENING = re.compile(rb"""(?:\s|\\\n|\#[^\n]*)*([A-Za-z]*)(\"\"\"|'''|"|')""")
ESCAPED = re.compile(rb"\\N\{[^}]*\}|\\.|\{\{|\}\}", re.S)
FIELD_END = re.compile(rb"\}|:|![rsa][:}]")

Edit = tuple[int, int, bytes]  # from, to, what comes instead


def edits(source: bytes, mode: str = "exec") -> Iterator[Edit]:
    """Each edit of the source that changes one literal, comparison or operator.

    Docstrings, annotations and `__all__` are no behaviour, and are left alone.
    """
    starts = [0, *(match.end() for match in re.finditer(rb"\n", source))]

    def place(node: Any) -> tuple[int, int]:
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    def swap(start: int, stop: int) -> Edit:
        found = OPERATOR.search(re.sub(rb"#[^\n]*", lambda comment: b" " * len(comment[0]), source[start:stop]))
        assert found, source[start:stop]
        name = b" ".join(found[0].split()).decode()
        new = SWAP[name] if name in SWAP else SWAP[name[:-1]] + "="  # `+=` and its like
        return start + found.start(), start + found.end(), new.encode()

    def here(node: Any) -> Iterator[Edit]:
        """The edits of the node itself, without those below it."""
        match node:
            case ast.Constant(value=str() | bytes()):
                start, stop = place(node)
                end = stop - (3 if source[start:stop].endswith((b'"""', b"'''")) else 1)
                yield start, stop, source[start:end] + b"X" + source[end:stop]
            case ast.Constant(value=None):
                yield *place(node), b"..."
            case ast.Constant(value=bool()) | ast.MatchSingleton(value=bool()):
                yield *place(node), str(not node.value).encode()
            case ast.Constant(value=int() | float() | complex() as number):
                yield *place(node), repr(number + 1).encode()
            case ast.JoinedStr():
                yield from formatted(source, *place(node))
            case ast.Compare():
                yield from (swap(place(a)[1], place(b)[0]) for a, b in pairwise([node.left, *node.comparators]))
            case ast.BoolOp():
                yield from (swap(place(a)[1], place(b)[0]) for a, b in pairwise(node.values))
            case ast.BinOp():
                yield swap(place(node.left)[1], place(node.right)[0])
            case ast.AugAssign():
                yield swap(place(node.target)[1], place(node.value)[0])
            case ast.UnaryOp(op=ast.Not()):
                start, stop = place(node)
                yield start, stop, source[start:stop].removeprefix(b"not").strip()
            case ast.UnaryOp():
                yield swap(place(node)[0], place(node.operand)[0])

    def walk(node: ast.AST) -> Iterator[Edit]:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
                return
            case ast.MatchValue(value=ast.UnaryOp(operand=number)):
                node = number  # a pattern may be -1, never +1
        yield from here(node)
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and name not in {"annotation", "returns", "type_params"}:
                    yield from walk(child) if not isinstance(node, ast.JoinedStr) else ()

    yield from walk(ast.parse(source, mode=mode))


def formatted(source: bytes, at: int, stop: int) -> Iterator[Edit]:
    """The edits of an f-string: of its text, of what it shows, of the numbers in a format.

    Found by hand, since Python 3.11 does not say where they stand.
    """
    while at < stop and (opening := OPENING.match(source, at, stop)):
        at = start = opening.end()
        template = b"f" in opening[1].lower()
        while not source.startswith(opening[2], at):
            if escaped := ESCAPED.match(source, at):
                at = escaped.end()
            elif template and source[at : at + 1] == b"{":
                if at > start:
                    yield start, at, source[start:at] + b"X"
                start = at = yield from field(source, at + 1)
            else:
                at += 1
        if at > start or not template:
            yield start, at, source[start:at] + b"X"
        at += len(opening[2])


def field(source: bytes, at: int) -> Generator[Edit, None, int]:
    """The edits between two braces of an f-string; returns where the field ends."""
    start, depth = at, 0
    while depth or not FIELD_END.match(source, at):
        char = source[at : at + 1]
        at = source.index(char, at + 1) if char in b"\"'" else at
        depth += (char in b"([{") - (char in b")]}")
        at += 1
    shown = re.sub(rb"(?<![=!<>])=\s*$", b"", source[start:at])
    for a, b, new in edits(b"(" + shown + b")", "eval"):
        yield start - 1 + a, start - 1 + b, new
    while (char := source[at : at + 1]) != b"}":
        if number := re.compile(rb"\d+").match(source, at):
            yield at, number.end(), str(int(number[0]) + 1).encode()
            at = number.end()
        else:
            at = (yield from field(source, at + 1)) if char == b"{" else at + 1
    return at + 1
