"""Which lines of a page's programs its run reaches.

A line counts as the compiler's own table of lines has it, in each code object by itself: the line
of a lambda is reached when the lambda is called, not when it is made. What a comprehension makes
is counted besides, since one over nothing is entered too. Statements for which the compiler makes
no code, since nothing could reach them, are found in the syntax tree.

Docstrings, what only declares, bodies of nothing but `...` or `pass`, and the message of an
assertion are no code that a run has to reach.
"""

from __future__ import annotations

import ast
import dis
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import decode_source
from itertools import pairwise
from types import CodeType
from typing import Any

from fenceproof.marks import Flags, Marks, Place, Regions
from fenceproof.model import FUTURE

Key = tuple[str, str, int, int]  # a code object: its file, name, first line and column
DECLARES = ast.Pass | ast.Global | ast.Nonlocal
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
HAS_MONITORING = sys.version_info >= (3, 12)
COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
OF_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
MAKES = frozenset({"LIST_APPEND", "SET_ADD", "MAP_ADD"})  # the end of one turn of a comprehension


@dataclass(frozen=True)
class Missing:
    """A line that is not reached, or, where `part` says so, of which a part is not."""

    file: str
    line: int
    part: bool


class Watched:
    """What is to be reached of the code objects that stand at one place.

    `lines` has the flags of each line, of which one is enough, and `making` those of where its
    comprehensions are.
    """

    def __init__(self, flags: Flags, lines: dict[int, set[int]], making: dict[Place, int]) -> None:
        self._flags = flags
        self.lines, self.making = lines, making

    def reach_line(self, line: int) -> None:
        """A line is reached."""
        for number in self.lines.get(line, ()):
            self._flags.set(number)

    def reach_making(self, place: Place) -> None:
        """A comprehension has made something."""
        if place in self.making:
            self._flags.set(self.making[place])

    def split_lines(self) -> tuple[set[int], set[int]]:
        """The lines that are reached, and those that are not."""
        items = self.lines.items()
        reached = {line for line, numbers in items if any(map(self._flags.is_set, numbers))}
        return reached, set(self.lines) - reached

    def idle_lines(self) -> set[int]:
        """The lines of comprehensions that have made nothing."""
        items = self.making.items()
        return {place[0] for place, number in items if not self._flags.is_set(number)}


@dataclass(frozen=True)
class Told:
    """A code object and what is to be reached of it.

    The object is kept so that no other gets its id. `making` has the place of each comprehension,
    by the instruction that ends one turn of it.
    """

    code: CodeType
    watched: Watched
    making: dict[int, Place]

    def made(self, offset: int) -> None:
        """An instruction is reached."""
        if offset in self.making:
            self.watched.reach_making(self.making[offset])


class Reached:
    """What the run reaches of the code that it is told to watch."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.flags = Flags()
        self._nothing = Watched(self.flags, {}, {})
        self._watched: dict[Key, Watched] = {}
        self._told: dict[int, Told] = {}
        self._never: set[tuple[str, int]] = set()
        self._marks: Marks | None = None

    def mark(self, tree: ast.AST, text: str, file: str, flags: int) -> ast.AST:
        """Put marks into code of which this is the text; it is to be compiled with these flags."""
        self._marks = self._marks or Marks(self.flags)
        self._note(text, file, flags, self._marks.put(tree, file))
        return tree

    def watch(self, text: str, compiled: CodeType) -> None:
        """From now on note what is reached of this code, of which this is the text."""
        self.files.add(compiled.co_filename)
        self._note(text, compiled.co_filename, compiled.co_flags & FUTURE)
        for code_id, told in list(self._told.items()):
            if told.watched is self._nothing:  # it may be something now
                del self._told[code_id]
        for code in _nested(compiled):
            self.told(code)

    def _note(self, text: str, file: str, future: int, regions: Regions | None = None) -> None:
        """Note what is to be reached; with regions, the flags are those of their marks."""
        with _without_warnings():  # since the page has had those of its code
            self._note_in(text, file, future, regions)

    def _note_in(self, text: str, file: str, future: int, regions: Regions | None) -> None:
        flags = future | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(text, file, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        unneeded = _without_what_need_not_be_reached(tree)
        comprehensions = [node for node in ast.walk(tree) if isinstance(node, COMPREHENSION)]
        lines: set[int] = set()
        for code in _nested(compile(tree, file, "exec", flags, dont_inherit=True)):
            lines |= _lines(code)
            name = code.co_name, code.co_firstlineno
            if name not in unneeded and code.co_name != "__annotate__":
                self._need(code, regions, comprehensions)
        self._never.update((file, line) for line in _eliminated(tree, lines))

    def _need(
        self, code: CodeType, regions: Regions | None, comprehensions: Sequence[ast.expr]
    ) -> None:
        key = _key(code)
        if key in self._watched:
            return
        places, making = set(_places(code).values()), set(_making(code).values())
        if code.co_name not in OF_COMPREHENSIONS:  # `except*` makes a list of its own
            making = {place for place in making if _is_within(place, comprehensions)}
        if regions:
            lines, made = regions.lines(code, places), regions.making(making)
        else:
            lines = {line: {self.flags.new()} for line, _ in places}
            made = {place: self.flags.new() for place in making}
        self._watched[key] = Watched(self.flags, lines, made)

    def told(self, code: CodeType) -> Told:
        """What is known of a code object."""
        if id(code) not in self._told:
            watched = self._watched.get(_key(code), self._nothing)
            self._told[id(code)] = Told(code, watched, _making(code))
        return self._told[id(code)]

    def missing(self) -> list[Missing]:
        """What was not reached so far, from the top down."""
        never, reached = set(self._never), set[tuple[str, int]]()
        idle = set[tuple[str, int]]()
        for (file, *_), watched in self._watched.items():
            yes, no = watched.split_lines()
            never.update((file, line) for line in no)
            reached.update((file, line) for line in yes)
            idle.update((file, line) for line in watched.idle_lines())
        found = never | idle
        return [Missing(*place, part=place in reached) for place in sorted(found)]


if sys.version_info >= (3, 12):
    EVENTS = sys.monitoring.events
    TOOL = 4  # 0 to 2 and 5 are those of debuggers, coverage, profilers and optimisers

    class Monitoring:
        """Watches by sys.monitoring, which tells of each line and each instruction once."""

        def __init__(self, reached: Reached) -> None:
            self._reached = reached
            sys.monitoring.use_tool_id(TOOL, "fenceproof")
            sys.monitoring.register_callback(TOOL, EVENTS.PY_START, self._enter)
            sys.monitoring.register_callback(TOOL, EVENTS.LINE, self._line)
            sys.monitoring.register_callback(TOOL, EVENTS.INSTRUCTION, self._instruction)

        def start(self) -> None:
            """Watch all threads."""
            sys.monitoring.restart_events()  # a file that was of no page may be now
            sys.monitoring.set_events(TOOL, EVENTS.PY_START)

        def _enter(self, code: CodeType, offset: int) -> object:
            if code.co_filename in self._reached.files:
                making = self._reached.told(code).making
                events = EVENTS.LINE | EVENTS.INSTRUCTION if making else EVENTS.LINE
                sys.monitoring.set_local_events(TOOL, code, events)
            return sys.monitoring.DISABLE

        def _line(self, code: CodeType, line: int) -> object:
            self._reached.told(code).watched.reach_line(line)
            return sys.monitoring.DISABLE

        def _instruction(self, code: CodeType, offset: int) -> object:
            self._reached.told(code).made(offset)
            return sys.monitoring.DISABLE


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Ignore warnings; catch_warnings() would forget besides which have been shown."""
    ignore = ("ignore", None, Warning, None, 0)
    filters: list[Any] = warnings.filters  # type: ignore[assignment]
    filters.insert(0, ignore)
    try:
        yield
    finally:
        filters.remove(ignore)


def follow(reached: Reached, files: frozenset[str]) -> None:
    """From now on note what is reached of these files when they are imported.

    A page may show a program only after another one has imported it.
    """
    get_code = SourceFileLoader.get_code

    def read(self: SourceFileLoader, name: str) -> CodeType | None:
        path = self.get_filename(name)
        if path not in files:
            return get_code(self, name)
        text = decode_source(self.get_data(path))
        tree: Any = ast.parse(text, path)
        if not HAS_MONITORING:
            tree = reached.mark(tree, text, path, 0)
        code: CodeType = compile(tree, path, "exec", flags=0, dont_inherit=True)
        if HAS_MONITORING:
            reached.watch(text, code)
        return code

    setattr(SourceFileLoader, "get_code", read)  # noqa: B010  (which mypy cannot follow)


# -- what is to be reached --------------------------------------------------------------


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _key(code: CodeType) -> Key:
    """What a code object has in common with the same code compiled once more.

    The column tells two lambdas or comprehensions of one line apart. In a function it could be
    that of an assertion which pytest has rewritten.
    """
    line, column = code.co_firstlineno, 0
    if code.co_name == "<module>":  # each block of a page is one, and they all begin at line 1
        line = min(_lines(code), default=line)
    elif code.co_name.startswith("<"):
        columns = (column for _, column in _places(code).values() if column)
        column = min(columns, default=0)
    return code.co_filename, code.co_name, line, column


def _body(code: CodeType) -> list[dis.Instruction]:
    """The instructions of a code object, without those that only enter it."""
    instructions = list(dis.get_instructions(code))
    names = [instruction.opname for instruction in instructions]
    return instructions[names.index("RESUME") + 1 :]


def _places(code: CodeType) -> dict[int, Place]:
    """Where the instructions of a code object stand in the text, by their offsets."""
    found: dict[int, Place] = {}
    for instruction in _body(code):
        position = instruction.positions
        if position and position.lineno:
            found[instruction.offset] = (position.lineno, position.col_offset or 0)
    return found


def _lines(code: CodeType) -> set[int]:
    return {line for line, _ in _places(code).values()}


def _making(code: CodeType) -> dict[int, Place]:
    """Where each comprehension has made something: the instruction, and its place in the text."""
    places = _places(code)
    found: dict[int, Place] = {}
    for before, last in pairwise(_body(code)):
        is_yield = last.opname == "YIELD_VALUE" and before.opname != "SEND"
        if last.opname in MAKES or (is_yield and code.co_name == "<genexpr>"):
            found[last.offset] = places.get(before.offset, (code.co_firstlineno, 0))
    return found


def _is_within(place: Place, nodes: Sequence[ast.expr]) -> bool:
    """Whether a place is within one of these expressions."""
    for node in nodes:
        end = node.end_lineno or node.lineno, node.end_col_offset or 0
        if (node.lineno, node.col_offset) <= place < end:
            return True
    return False


def _without_what_need_not_be_reached(tree: ast.AST) -> set[tuple[str, int]]:
    """Take the messages of assertions out; the functions that have nothing to reach.

    Of a type that is declared, Python makes a function that is called if somebody asks.
    """
    found: set[tuple[str, int]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            node.msg = None
        elif isinstance(node, FUNCTION) and all(map(_is_nothing, node.body)):
            found.add((node.name, _first_line(node)))
        elif sys.version_info >= (3, 12) and isinstance(node, ast.TypeAlias):
            found.add((node.name.id, node.lineno))
        elif sys.version_info >= (3, 12) and isinstance(node, ast.TypeVar):
            found.add((node.name, node.lineno))
    return found


def _is_nothing(statement: ast.stmt) -> bool:
    """Whether a statement does nothing: a text, `...`, `pass`, a declaration."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.AnnAssign):
        return statement.value is None
    return isinstance(statement, DECLARES)


def _first_line(node: ast.stmt) -> int:
    """The line of a statement, or that of its first decorator."""
    if isinstance(node, FUNCTION | ast.ClassDef) and node.decorator_list:
        return node.decorator_list[0].lineno
    return node.lineno


def _eliminated(tree: ast.AST, lines: set[int]) -> Iterator[int]:
    """The lines of statements that the compiler has dropped, since nothing can reach them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or _is_nothing(node):
            continue
        if isinstance(node, FUNCTION | ast.ClassDef):
            last = node.body[0].lineno - 1
        elif hasattr(node, "body"):
            continue  # what is in it is looked at by itself
        else:
            last = node.end_lineno or node.lineno
        if lines.isdisjoint(range(_first_line(node), max(last, node.lineno) + 1)):
            yield node.lineno
