"""How a program is changed: a table of operators, each for some nodes of the syntax tree.

An edit keeps the lines of the program, so that what stands below it stays where it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fenceproof.mutation.code import Code, Span, parse

SWAP = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "in": "not in",
    "not in": "in", "is": "is not", "is not": "is", "and": "or", "or": "and", "+": "-", "-": "+",
    "*": "/", "/": "*", "//": "*", "%": "*", "**": "*", "<<": ">>", ">>": "<<", "&": "|",
    "|": "&", "^": "&", "@": "*", "~": "-",
}  # fmt: skip
OPERATOR = re.compile(rb"not\s+in|is\s+not|[^\s()\\#]+")
COMMENT = re.compile(rb"#[^\n]*")
UNBEHAVED = frozenset({"override", "final", "overload", "no_type_check", "runtime_checkable"})
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
DESTROYS = frozenset(
    {"kill", "killpg", "send_signal", "rmtree", "unlink", "remove", "rmdir", "system", "execv"}
)


@dataclass(frozen=True)
class Edit:
    """What comes instead of the bytes from `start` to `stop`, and by which operator."""

    start: int
    stop: int
    new: bytes
    operator: str = ""

    def apply(self, source: bytes) -> bytes:
        """The program with the edit."""
        return source[: self.start] + self.new + source[self.stop :]


@dataclass(frozen=True)
class Operator:
    """One way to change a program: its name, the nodes that it changes, and how."""

    name: str
    nodes: Any
    edits: Callable[[Code, Any], Iterator[Edit]]


def _instead(code: Code, span: Span, new: bytes) -> Edit:
    """An edit of a span that keeps its lines."""
    start, stop = span
    lines = code.source.count(b"\n", start, stop) - new.count(b"\n")
    return Edit(start, stop, new + b"\n" * lines if lines > 0 else new)


def _in_brackets(code: Code, span: Span, new: bytes) -> Edit:
    """The same in the middle of an expression, where a line may only end within brackets."""
    lines = code.source.count(b"\n", *span)
    return Edit(*span, b"(" + new + b"\n" * lines + b")" if lines else new)


# -- values and operators -----------------------------------------------------------------


def _constant(code: Code, node: Any) -> Iterator[Edit]:
    start, stop = code.place(node)
    match node.value:
        case str() | bytes():
            text = code.source[start:stop]
            end = stop - (3 if text.endswith((b'"""', b"'''")) else 1)
            yield Edit(start, stop, code.source[start:end] + b"X" + code.source[end:stop])
        case None:
            yield Edit(start, stop, b"...")
        case bool():
            yield Edit(start, stop, str(not node.value).encode())
        case int() | float() | complex():
            yield Edit(start, stop, repr(node.value + 1).encode())


def _formatted(code: Code, node: ast.JoinedStr) -> Iterator[Edit]:
    for value in node.values:
        if value in code.texts:
            start, stop = code.texts[value]
            yield Edit(start, stop, code.source[start:stop] + b"X")
        spec = value.format_spec if isinstance(value, ast.FormattedValue) else None
        if spec in code.formats:
            start, stop = code.formats[spec]
            for number in re.finditer(rb"\d+", code.source[start:stop]):
                new = str(int(number[0]) + 1).encode()
                yield Edit(start + number.start(), start + number.end(), new)


def _swap(code: Code, start: int, stop: int) -> Edit:
    """The operator that stands between two places, changed."""
    blank = COMMENT.sub(lambda comment: b" " * len(comment[0]), code.source[start:stop])
    found = OPERATOR.search(blank)
    assert found, code.source[start:stop]
    name = b" ".join(found[0].split()).decode()
    new = SWAP[name] if name in SWAP else SWAP[name[:-1]] + "="  # `+=` and its like
    return Edit(start + found.start(), start + found.end(), new.encode())


def _between(code: Code, parts: list[ast.expr]) -> Iterator[Edit]:
    for left, right in pairwise(parts):
        yield _swap(code, code.place(left)[1], code.place(right)[0])


def _compare(code: Code, node: ast.Compare) -> Iterator[Edit]:
    yield from _between(code, [node.left, *node.comparators])


def _boolean(code: Code, node: ast.BoolOp) -> Iterator[Edit]:
    yield from _between(code, node.values)


def _binary(code: Code, node: ast.BinOp) -> Iterator[Edit]:
    yield from _between(code, [node.left, node.right])


def _augmented(code: Code, node: ast.AugAssign) -> Iterator[Edit]:
    yield from _between(code, [node.target, node.value])


def _unary(code: Code, node: ast.UnaryOp) -> Iterator[Edit]:
    start, stop = code.place(node)
    if isinstance(node.op, ast.Not):
        yield Edit(start, stop, code.source[start:stop].removeprefix(b"not").strip())
    else:
        yield _swap(code, start, code.place(node.operand)[0])


# -- statements ---------------------------------------------------------------------------


def _statement(code: Code, node: ast.stmt) -> Iterator[Edit]:
    if not isinstance(node, ast.AnnAssign) or node.value:
        yield _instead(code, code.place(node), b"pass")


def _return(code: Code, node: ast.Return) -> Iterator[Edit]:
    if node.value and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield _instead(code, code.place(node), b"return None")


def _loop(code: Code, node: ast.Break | ast.Continue) -> Iterator[Edit]:
    new = b"continue" if isinstance(node, ast.Break) else b"break"
    yield Edit(*code.place(node), new)


def _conditions(code: Code, node: Any) -> Iterator[Edit]:
    tests = node.ifs if isinstance(node, ast.comprehension) else [_test(node)]
    for test in tests:
        if test is not None and not isinstance(test, ast.Constant):
            yield _in_brackets(code, code.place(test), b"True")
            yield _in_brackets(code, code.place(test), b"False")


def _test(node: Any) -> ast.expr | None:
    test: ast.expr | None = node.guard if isinstance(node, ast.match_case) else node.test
    return test


def _handlers(code: Code, node: Any) -> Iterator[Edit]:
    """A handler that handles nothing, since its body may be all that follows the `try`."""
    for handler in node.handlers:
        if handler.type is not None:
            yield _in_brackets(code, code.place(handler.type), b"()")
        else:
            start = code.place(handler)[0] + len(b"except")
            yield Edit(start, start, b" ()")


def _decorators(code: Code, node: Any) -> Iterator[Edit]:
    for decorator in node.decorator_list:
        name = code.text(decorator).decode().rpartition(".")[2]
        if name not in UNBEHAVED:
            start, stop = code.place(decorator)
            yield _instead(code, (code.source.rindex(b"@", 0, start), stop), b"")


def _with(code: Code, node: Any) -> Iterator[Edit]:
    """Without one of its contexts, as far as that has no name."""
    if len(node.items) == 1 and node.items[0].optional_vars is None:
        start = code.place(node)[0]
        stop = code.source.index(b":", code.place(node.items[0].context_expr)[1])
        yield _instead(code, (start, stop), b"if True")
        return
    for at, item in enumerate(node.items):
        if item.optional_vars is None and len(node.items) > 1:
            start, stop = code.place(item.context_expr)
            if at:
                start = code.source.rindex(b",", 0, start)
            else:
                stop = code.source.index(b",", stop) + 1
            yield _instead(code, (start, stop), b"")


# -- what a call and a function are given ---------------------------------------------------


def _keywords(code: Code, node: Any) -> Iterator[Edit]:
    for keyword in node.keywords:
        start, stop = code.place(keyword)
        comma = re.compile(rb"\s*,").match(code.source, stop)
        yield _instead(code, (start, comma.end() if comma else stop), b"")


def _defaults(code: Code, node: ast.arguments) -> Iterator[Edit]:
    """Without a default: the first of those by position, and each of those by name."""
    named = (default for default in node.kw_defaults if default is not None)
    for default in [*node.defaults[:1], *named]:
        start, stop = code.place(default)
        equals = code.source.rindex(b"=", 0, start)
        begin = len(code.source[:equals].rstrip())
        yield _instead(code, (begin, stop), b"")


def _slice(code: Code, node: ast.Slice) -> Iterator[Edit]:
    for bound in (node.lower, node.upper, node.step):
        if bound is not None:
            yield _instead(code, code.place(bound), b"")


OPERATORS = (
    Operator("constant", ast.Constant | ast.MatchSingleton, _constant),
    Operator("constant", ast.JoinedStr, _formatted),
    Operator("comparison", ast.Compare, _compare),
    Operator("boolean", ast.BoolOp, _boolean),
    Operator("arithmetic", ast.BinOp, _binary),
    Operator("arithmetic", ast.AugAssign, _augmented),
    Operator("unary", ast.UnaryOp, _unary),
    Operator("return", ast.Return, _return),
    Operator("loop", ast.Break | ast.Continue, _loop),
    Operator("condition", ast.If | ast.While | ast.IfExp, _conditions),
    Operator("condition", ast.comprehension | ast.match_case, _conditions),
    Operator("handler", ast.Try | ast.TryStar, _handlers),
    Operator("decorator", FUNCTION | ast.ClassDef, _decorators),
    Operator("with", ast.With | ast.AsyncWith, _with),
    Operator("keyword", ast.Call | ast.ClassDef, _keywords),
    Operator("default", ast.arguments, _defaults),
    Operator("slice", ast.Slice, _slice),
    Operator(
        "statement",
        ast.Expr | ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete | ast.Raise,
        _statement,
    ),
)


def edits(source: bytes) -> Iterator[Edit]:
    """Each edit of a program that changes one thing in it, and leaves a program.

    Raises: SyntaxError or ValueError, where the source is none.
    """
    code = Code(source)
    for at, statement in enumerate(parse(source).body):
        seen = {ast.dump(statement)}  # the others stay as they are
        for node in _nodes(code.tree.body[at]):
            for edit, name in _of_node(code, node):
                dump = _dump(edit.apply(source), at)
                if dump and dump not in seen:
                    seen.add(dump)
                    yield Edit(edit.start, edit.stop, edit.new, name)


def _of_node(code: Code, node: ast.AST) -> Iterator[tuple[Edit, str]]:
    for operator in OPERATORS:
        if isinstance(node, operator.nodes):
            for edit in operator.edits(code, node):
                yield edit, operator.name


def _dump(source: bytes, at: int) -> str:
    """One statement of a program, as far as that compiles."""
    try:
        statement = parse(source).body[at]
        alone = ast.Module([statement], [])
        compile(alone, "program", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError):
        return ""
    return ast.dump(statement)


SKIPPED = frozenset({"annotation", "returns", "type_params", "format_spec", "msg"})


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that behave: no docstring, no annotation, nothing that only a type checker sees."""
    if _is_still(node):
        return
    if isinstance(node, ast.MatchValue) and isinstance(node.value, ast.UnaryOp):
        node = node.value.operand  # a pattern may be -1, never +1
    yield node
    for name, value in ast.iter_fields(node):
        if name in SKIPPED and not (name == "format_spec" and value is not None):
            continue
        if isinstance(node, ast.FormattedValue) and name == "format_spec":
            yield from _fields_of(value)
            continue
        for child in value if isinstance(value, list) else [value]:
            is_text = isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)
            if isinstance(child, ast.AST) and not is_text:
                yield from _nodes(child)


def _fields_of(spec: ast.AST | None) -> Iterator[ast.AST]:
    """What stands in the fields of a format."""
    if isinstance(spec, ast.JoinedStr):
        for value in spec.values:
            if isinstance(value, ast.FormattedValue):
                yield from _nodes(value.value)


def _is_still(node: ast.AST) -> bool:
    """Whether no change below a node is a change of behaviour, or one may do harm."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in DESTROYS
    return False
