"""Where the parts of a program stand in its text.

Python 3.12 tells where the parts of an f-string are. For Python 3.11 each field of an f-string is
looked for in the text: it is where Python reads the very expression that the tree has.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import Any

FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
PLACES_FIELDS = sys.version_info >= (3, 12)
OPENING = re.compile(r"""[A-Za-z]*('''|\"""|'|")""")
FIELD_END = re.compile(r"[}!:=]")

Span = tuple[int, int]  # in bytes


def parse(source: bytes) -> ast.Module:
    """The tree of a program, which may await at its top. Raises: SyntaxError, ValueError."""
    tree: ast.Module = compile(source, "program", "exec", FLAGS, dont_inherit=True)
    return tree


class Code:
    """A program's text and its tree, and where each node of the tree stands."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.tree = parse(source)
        self._starts = _starts(source)
        self._spans: dict[ast.AST, Span] = {}
        self.texts: dict[ast.AST, Span] = {}  # of f-strings, without their quotes
        self.formats: dict[ast.AST, Span] = {}  # from the end of a field's expression to its brace
        for node in [*ast.walk(self.tree)]:
            if isinstance(node, ast.JoinedStr):
                self._read(node)

    def place(self, node: Any) -> Span:
        """Where a node begins and ends, in bytes."""
        if node in self._spans:
            return self._spans[node]
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: Any) -> bytes:
        """The text of a node."""
        start, stop = self.place(node)
        return self.source[start:stop]

    # -- f-strings --------------------------------------------------------------------

    def _read(self, node: ast.JoinedStr) -> None:
        """Note where the texts and the fields of an f-string are."""
        if PLACES_FIELDS:
            for value in node.values:
                if isinstance(value, ast.Constant):
                    self.texts[value] = self.place(value)
            return
        start, stop = self.place(node)
        text = self.source[start:stop].decode()
        opening = OPENING.match(text)
        if opening:
            self._read_values(node, text, opening.end(), start)

    def _read_values(self, node: ast.JoinedStr, text: str, at: int, offset: int) -> int:
        """Note the parts of an f-string whose `text` is at `offset`; returns where that ends."""
        before: ast.AST | None = None
        for value in node.values:
            if isinstance(value, ast.Constant):
                before = value
                continue
            assert isinstance(value, ast.FormattedValue)
            found = _field(text, at, value.value)
            if found is None:
                return len(text)
            first, last, inner = found
            if before is not None:
                self.texts[before] = _in_bytes(text, at, first - 1, offset)
            before = None
            self._adopt(value, inner, offset + len(text[:first].encode()))
            at = self._end_of_field(value, text, last, offset)
        if before is not None:
            quote = 3 if text.endswith(("'''", '"""')) else 1
            self.texts[before] = _in_bytes(text, at, len(text) - quote, offset)
        return at

    def _adopt(self, value: ast.FormattedValue, inner: str, offset: int) -> None:
        """Take the expression of a field from a tree of its own, which says where it stands."""
        part = Code(b"(" + inner.encode() + b")")
        (statement,) = part.tree.body
        assert isinstance(statement, ast.Expr)
        value.value = statement.value
        for node in ast.walk(value.value):
            if hasattr(node, "lineno"):
                start, stop = part.place(node)
                self._spans[node] = offset + start - 1, offset + stop - 1
        for ours, theirs in ((self.texts, part.texts), (self.formats, part.formats)):
            for node, (start, stop) in theirs.items():
                ours[node] = offset + start - 1, offset + stop - 1

    def _end_of_field(self, value: ast.FormattedValue, text: str, at: int, offset: int) -> int:
        """Where the brace is that ends a field, whose format is noted."""
        spec = value.format_spec
        has_fields = False
        start = at
        if isinstance(spec, ast.JoinedStr):
            for part in spec.values:
                if isinstance(part, ast.FormattedValue):
                    has_fields = True
                    found = _field(text, at, part.value)
                    if found is None:
                        return len(text)
                    first, last, inner = found
                    self._adopt(part, inner, offset + len(text[:first].encode()))
                    at = self._end_of_field(part, text, last, offset)
        end = text.index("}", at)
        if spec is not None and not has_fields:
            self.formats[spec] = _in_bytes(text, start, end, offset)
        return end + 1


def _starts(source: bytes) -> list[int]:
    """Where each line begins."""
    return [0, *(match.end() for match in re.finditer(rb"\n", source))]


def _in_bytes(text: str, start: int, stop: int, offset: int) -> Span:
    return offset + len(text[:start].encode()), offset + len(text[:stop].encode())


def _field(text: str, at: int, node: ast.AST) -> tuple[int, int, str] | None:
    """Where the expression of a field begins and ends, from `at` on, and its text."""
    wanted = ast.dump(node)
    for brace in re.finditer(r"\{", text[at:]):
        first = at + brace.end()
        for end in FIELD_END.finditer(text, first):
            inner = text[first : end.start()]
            if inner.strip() and _dump(inner) == wanted:
                return first, end.start(), inner
    return None


def _dump(expression: str) -> str:
    try:
        return ast.dump(ast.parse(f"({expression})", mode="eval").body)
    except (SyntaxError, ValueError):
        return ""
