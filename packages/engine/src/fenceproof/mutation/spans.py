"""Which lines of a program belong to one statement."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any


class Spans:
    """The statements of programs, each read once."""

    def __init__(self) -> None:
        self._known: dict[Path, dict[int, set[int]]] = {}

    def of(self, path: Path, line: int) -> set[int]:
        """The lines of the innermost statement at a line; of a compound one, those of its head."""
        if path not in self._known:
            self._known[path] = _spans(ast.parse(path.read_text("utf-8")))
        return self._known[path].get(line, {line})


def _spans(tree: ast.AST) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for node in ast.walk(tree):  # an inner one comes after the outer
        if isinstance(node, ast.stmt):
            lines = _lines(node)
            found.update(dict.fromkeys(lines, lines))
    return found


def _lines(node: Any) -> set[int]:
    heads = [node, *getattr(node, "decorator_list", [])]
    first = min(head.lineno for head in heads)
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if not body:
        return set(range(first, node.end_lineno + 1))
    inner = body[0].pattern.lineno if isinstance(body[0], ast.match_case) else body[0].lineno
    return set(range(first, max(node.lineno + 1, inner)))
