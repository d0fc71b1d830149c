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
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from mmap import mmap
from types import CodeType, FrameType
from typing import Any

from fenceproof.model import FUTURE

Place = tuple[int, int]  # a line and a column
Key = tuple[str, str, int, int]  # a code object: its file, name, first line and column
DECLARES = ast.Pass | ast.Global | ast.Nonlocal
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
MAKES = frozenset({"LIST_APPEND", "SET_ADD", "MAP_ADD"})  # the end of one turn of a comprehension


@dataclass(frozen=True)
class Missing:
    """A line that is not reached, or, where `part` says so, of which a part is not."""

    file: str
    line: int
    part: bool


class Flags:
    """Numbered flags that forked processes share, so that what workers reach is known as well."""

    def __init__(self) -> None:
        self._bytes = mmap(-1, 1 << 20)  # the system gives it memory when it is used
        self._next = 0

    def new(self) -> int:
        """The number of a flag that is not set."""
        self._next += 1
        return self._next

    def set(self, number: int) -> None:
        """Set a flag."""
        self._bytes[number] = 1

    def is_set(self, number: int) -> bool:
        """Whether any process has set it."""
        return bool(self._bytes[number])


class Watched:
    """What is to be reached of the code objects that stand at one place.

    `lines` and `making` have the flags of their lines, and of where their comprehensions are.
    """

    def __init__(self, flags: Flags, lines: set[int], making: set[Place]) -> None:
        self._flags = flags
        self.lines = {line: flags.new() for line in lines}
        self.making = {place: flags.new() for place in making}
        self._open = {*self.lines.values(), *self.making.values()}

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be reached in this process."""
        return bool(self._open)

    def reach_line(self, line: int) -> None:
        """A line is reached."""
        self._reach(self.lines.get(line))

    def reach_making(self, place: Place) -> None:
        """A comprehension has made something."""
        self._reach(self.making.get(place))

    def _reach(self, number: int | None) -> None:
        if number in self._open:
            self._open.discard(number)
            self._flags.set(number)

    def split_lines(self) -> tuple[set[int], set[int]]:
        """The lines that are reached, and those that are not."""
        reached = {line for line, number in self.lines.items() if self._flags.is_set(number)}
        return reached, set(self.lines) - reached

    def idle_lines(self) -> set[int]:
        """The lines of comprehensions that have made nothing."""
        items = self.making.items()
        return {place[0] for place, number in items if not self._flags.is_set(number)}


@dataclass(frozen=True)
class Traced:
    """A code object and what is to be reached of it.

    The object is kept so that no other gets its id. `making` has the place of each comprehension,
    by the instruction that ends one turn of it.
    """

    code: CodeType
    watched: Watched
    making: dict[int, Place]

    def trace(self, frame: FrameType, event: str, arg: object) -> Any:
        """The trace function of a frame of this code, until all is reached."""
        if event == "line":
            self.watched.reach_line(frame.f_lineno)
        elif event == "opcode":
            self.made(frame.f_lasti)
        frame.f_trace_lines = self.watched.is_open
        frame.f_trace_opcodes = bool(self.making) and self.watched.is_open
        return self.trace

    def made(self, offset: int) -> None:
        """An instruction is reached."""
        if offset in self.making:
            self.watched.reach_making(self.making[offset])


class Reached:
    """What the run reaches of the code that it is told to watch."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self._flags = Flags()
        self._nothing = Watched(self._flags, set(), set())
        self._watched: dict[Key, Watched] = {}
        self._traced: dict[int, Traced] = {}
        self._never: set[tuple[str, int]] = set()

    def watch(self, text: str, compiled: CodeType) -> None:
        """From now on note what is reached of this code, of which this is the text."""
        self.files.add(compiled.co_filename)
        with _without_warnings():  # since the page has had those of its code
            self._watch(text, compiled)

    def _watch(self, text: str, compiled: CodeType) -> None:
        file = compiled.co_filename
        flags = (compiled.co_flags & FUTURE) | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(text, file, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        unneeded = _without_what_need_not_be_reached(tree)
        lines: set[int] = set()
        for code in _nested(compile(tree, file, "exec", flags, dont_inherit=True)):
            lines |= _lines(code)
            name = code.co_name, code.co_firstlineno
            if name not in unneeded and code.co_name != "__annotate__":
                self._need(code)
        self._never.update((file, line) for line in _eliminated(tree, lines))
        for code_id, traced in list(self._traced.items()):
            if traced.watched is self._nothing:  # it may be something now
                del self._traced[code_id]
        for code in _nested(compiled):
            self.traced(code)

    def _need(self, code: CodeType) -> None:
        key = _key(code)
        if key not in self._watched:
            lines, making = _lines(code), set(_making(code).values())
            self._watched[key] = Watched(self._flags, lines, making)

    def traced(self, code: CodeType) -> Traced:
        """What is known of a code object."""
        if id(code) not in self._traced:
            watched = self._watched.get(_key(code), self._nothing)
            self._traced[id(code)] = Traced(code, watched, _making(code))
        return self._traced[id(code)]

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


class Tracing:
    """Watches by a trace function, as Python 3.11 has it."""

    def __init__(self, reached: Reached) -> None:
        self._reached = reached

    def start(self) -> None:
        """Watch this thread, and those that it starts."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def stop(self) -> None:
        """Watch this thread no longer."""
        sys.settrace(None)

    def _enter(self, frame: FrameType, event: str, arg: object) -> Any:
        """Trace a frame of the page's code; others are left alone."""
        code = frame.f_code
        if code.co_filename not in self._reached.files:
            return None
        traced = self._reached.traced(code)
        return traced.trace(frame, event, arg) if traced.watched.is_open else None


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

        def stop(self) -> None:
            """What is watched goes on, and costs nothing once it was reached."""

        def _enter(self, code: CodeType, offset: int) -> object:
            if code.co_filename in self._reached.files:
                making = self._reached.traced(code).making
                events = EVENTS.LINE | EVENTS.INSTRUCTION if making else EVENTS.LINE
                sys.monitoring.set_local_events(TOOL, code, events)
            return sys.monitoring.DISABLE

        def _line(self, code: CodeType, line: int) -> object:
            self._reached.traced(code).watched.reach_line(line)
            return sys.monitoring.DISABLE

        def _instruction(self, code: CodeType, offset: int) -> object:
            self._reached.traced(code).made(offset)
            return sys.monitoring.DISABLE

    Watching = Monitoring
else:
    Watching = Tracing


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
