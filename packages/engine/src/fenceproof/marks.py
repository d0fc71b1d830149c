"""Marks in a program that say which of its lines are reached, for Python before 3.12.

There a trace function would be called for each call and each line of whatever runs, a library's
too, and take several times as long. A mark is a statement, `__reached__[7] = 1`, before each
statement of the page's own programs alone, or a call in an expression whose value it leaves as it
is. What it stands for is a region of the text. An instruction is reached when the innermost region
around it is.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap
from types import CodeType
from typing import Any, TypeVar

NAME = "__reached__"
Node = TypeVar("Node", bound=ast.AST)
Place = tuple[int, int]  # a line and a column


class Flags:
    """Numbered flags that forked processes share, so that what workers reach is known as well."""

    def __init__(self) -> None:
        self.bytes = mmap(-1, 1 << 20)  # the system gives it memory when it is used
        self._next = 0

    def new(self) -> int:
        """The number of a flag that is not set."""
        self._next += 1
        return self._next

    def set(self, number: int) -> None:
        """Set a flag."""
        self.bytes[number] = 1

    def is_set(self, number: int) -> bool:
        """Whether any process has set it."""
        return bool(self.bytes[number])


@dataclass(frozen=True)
class Region:
    """A piece of a text that is reached as one.

    `loop` says that it is a comprehension, or the part of one that makes something: only what the
    comprehension itself runs is told by it. `called` says that it is the body of a lambda.
    """

    start: Place
    end: Place
    number: int
    loop: bool = False
    makes: bool = False
    called: bool = False

    def has(self, place: Place) -> bool:
        """Whether a place is in it."""
        return self.start <= place < self.end


@dataclass
class Regions:
    """The regions of one text."""

    found: list[Region] = field(default_factory=list)

    def lines(self, code: CodeType, places: set[Place]) -> dict[int, set[int]]:
        """The flags of each line of a code object that has instructions at these places."""
        loops = code.co_name.endswith(("comp>", "<genexpr>"))
        known = [region for region in self.found if loops or not region.loop]
        if code.co_name == "<lambda>":
            places = self._in_own_body(places)
        found: dict[int, set[int]] = {}
        for place in places:
            found.setdefault(place[0], set()).update(_innermost(known, place))
        return {line: numbers for line, numbers in found.items() if numbers}

    def _in_own_body(self, places: set[Place]) -> set[Place]:
        """Those of a lambda's places that are in its body: it returns where it begins."""
        called = [region for region in self.found if region.called]
        bodies = [region for region in called if any(map(region.has, places))]
        own = max(bodies, key=lambda region: region.start)
        return set(filter(own.has, places))

    def making(self, places: set[Place]) -> dict[Place, int]:
        """The flags of the comprehensions that make something at these places."""
        known = [region for region in self.found if region.makes]
        return {place: number for place in places for number in _innermost(known, place)}


def _innermost(regions: list[Region], place: Place) -> list[int]:
    """The flag of the innermost region around a place, if there is one."""
    around = [region for region in regions if region.has(place)]
    found = max(around, key=lambda region: (region.start, _back(region.end)), default=None)
    return [found.number] if found else []


def _back(place: Place) -> Place:
    return -place[0], -place[1]


class Marks:
    """The numbers of the marks, by file, line and how many regions began in that line before.

    So the same code has the same marks however often it is read, as a program of its own or as a
    section that a page shows, from another column on.
    """

    def __init__(self, flags: Flags) -> None:
        self._flags = flags
        self._numbers: dict[tuple[str, int, int], int] = {}
        vars(builtins)[NAME] = flags.bytes

    def put(self, tree: ast.AST, file: str) -> Regions:
        """Put marks into a program; its regions."""
        marking = _Marking(self, file)
        marking.block(tree)
        return marking.regions

    def number(self, file: str, line: int, nth: int) -> int:
        """The number of a region."""
        key = file, line, nth
        if key not in self._numbers:
            self._numbers[key] = self._flags.new()
        return self._numbers[key]


class _Marking(ast.NodeTransformer):
    """Puts the marks into one text."""

    def __init__(self, marks: Marks, file: str) -> None:
        self._marks, self._file = marks, file
        self._begun: dict[int, int] = {}
        self._in_assertion = False
        self.regions = Regions()

    def new(self, first: Any, last: Any = None, **kind: bool) -> int:
        """A region from one node to the end of another."""
        start, end = (first.lineno, first.col_offset), last or first
        nth = self._begun.get(first.lineno, 0)
        self._begun[first.lineno] = nth + 1
        number = self._marks.number(self._file, first.lineno, nth)
        place = end.end_lineno, end.end_col_offset
        self.regions.found.append(Region(start, place, number, **kind))
        return number

    # -- statements --------------------------------------------------------------------

    def block(self, node: Any) -> Any:
        """Mark what is in a node: each statement of each of its blocks, and its expressions."""
        for name, value in ast.iter_fields(node):
            if not isinstance(value, list):
                if isinstance(value, ast.AST):
                    setattr(node, name, self.visit(value))
            elif value and isinstance(value[0], ast.stmt):
                setattr(node, name, self._statements(node, value))
            elif name == "cases":
                node.cases = [new for case in value for new in self._case(case)]
            else:
                marked = (self.visit(each) if isinstance(each, ast.AST) else each for each in value)
                setattr(node, name, list(marked))
        return node

    generic_visit = block

    def _statements(self, parent: ast.AST, body: list[ast.stmt]) -> list[ast.stmt]:
        first = _leading(parent, body)
        before: list[ast.stmt] = []
        marked: list[ast.stmt] = []
        for at, statement in enumerate(body):
            number = self.new(_with_decorators(statement), statement)
            (before if at <= first else marked).append(_statement(number, statement))
            if at >= first:
                marked += before
                before = []
            marked.append(self.visit(statement))
        return marked + before

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        """The message stays, and so does what pytest says of the parts of an assertion."""
        outer, self._in_assertion = self._in_assertion, True
        node.test = self.visit(node.test)
        self._in_assertion = outer
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """A handler is reached when its type is asked for."""
        number = self.new(node)
        before = node.type
        self.block(node)
        if before and node.type:
            node.type = _expression(number, node.type)
        else:
            node.body.insert(0, _statement(number, node))
        return node

    def _case(self, case: ast.match_case) -> Iterator[ast.match_case]:
        """A pattern is reached when a case before it, which fits nothing, asks its guard."""
        number = self.new(case.pattern, case.guard)
        nothing = ast.copy_location(ast.Pass(), case.body[0])
        guard = _call(number, case.body[0])
        pattern = ast.copy_location(ast.MatchAs(), case.pattern)
        yield ast.match_case(pattern, guard, [nothing])
        yield self.block(case)

    # -- expressions -------------------------------------------------------------------

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """A lambda is reached when it is called."""
        outer, self._in_assertion = self._in_assertion, False
        number = self.new(node.body, called=True)
        self.block(node)
        node.body = _expression(number, node.body)
        self._in_assertion = outer
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """Of one that takes several lines, each branch."""
        if self._is_plain(node):
            return self.block(node)  # type: ignore[no-any-return]
        yes, no = self.new(node.body), self.new(node.orelse)
        self.block(node)
        node.body, node.orelse = _expression(yes, node.body), _expression(no, node.orelse)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Of one that takes several lines, each operand but the first."""
        if self._is_plain(node):
            return self.block(node)  # type: ignore[no-any-return]
        numbers = [self.new(value) for value in node.values[1:]]
        self.block(node)
        later = zip(numbers, node.values[1:], strict=True)
        node.values[1:] = [_expression(number, value) for number, value in later]
        return node

    def _is_plain(self, node: ast.expr) -> bool:
        return self._in_assertion or node.lineno == node.end_lineno

    def _comprehension(self, node: Any) -> ast.AST:
        """A comprehension, and what makes something in it."""
        outer, self._in_assertion = self._in_assertion, False
        entered = self.new(node, loop=True)
        name = "key" if isinstance(node, ast.DictComp) else "elt"
        made = self.new(getattr(node, name), getattr(node, "value", None), loop=True, makes=True)
        self.block(node)
        setattr(node, name, _expression(made, getattr(node, name)))
        self._in_assertion = outer
        if not isinstance(node, ast.GeneratorExp):
            return _expression(entered, node)
        self._mark_first_step(node, entered)
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _mark_first_step(self, node: ast.GeneratorExp, entered: int) -> None:
        """A generator is entered when something is asked of it, not when it is made."""
        first, *others = node.generators
        if first.ifs:
            first.ifs[0] = _expression(entered, first.ifs[0])
        elif others:
            others[0].iter = _expression(entered, others[0].iter)
        else:
            node.elt = _expression(entered, node.elt)


def _leading(parent: ast.AST, body: list[ast.stmt]) -> int:
    """The number of the first statement that a mark may stand before."""
    at = 0
    if not isinstance(parent, ast.Interactive) and isinstance(body[0], ast.Expr):
        value = body[0].value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            at = 1
    while at < len(body) and _is_future(body[at]):
        at += 1
    return at


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _with_decorators(statement: ast.stmt) -> ast.AST:
    """What a statement begins with."""
    decorators = getattr(statement, "decorator_list", None)
    return decorators[0] if decorators else statement


def _statement(number: int, at: ast.AST) -> ast.stmt:
    """The mark `__reached__[number] = 1`."""
    name, index = ast.Name(NAME, ast.Load()), ast.Constant(number)
    target = ast.Subscript(name, index, ast.Store())
    return _located(ast.Assign([target], ast.Constant(1)), at)


def _call(number: int, at: ast.AST) -> ast.expr:
    """The mark `__reached__.__setitem__(number, 1)`, which gives None."""
    function = ast.Attribute(ast.Name(NAME, ast.Load()), "__setitem__", ast.Load())
    return _located(ast.Call(function, [ast.Constant(number), ast.Constant(1)], []), at)


def _expression(number: int, value: ast.expr) -> ast.expr:
    """The value, after a mark."""
    return _located(ast.BoolOp(ast.Or(), [_call(number, value), value]), value)


def _located(node: Node, at: ast.AST) -> Node:
    """A node and what is new in it, at the place of another."""
    ast.copy_location(node, at)
    ast.fix_missing_locations(node)
    return node
