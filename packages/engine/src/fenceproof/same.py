"""Whether two texts are the same program."""

from __future__ import annotations

import ast
import re

from fenceproof.fence import PYTHON, SESSION, SHELL
from fenceproof.session import statements


def is_same(language: str, runs: str, shown: str) -> bool:
    """Whether what runs and what the page shows are the same program, or the same text.

    Python is compared by its syntax tree, a session by the trees of its statements. What is no
    Python that can be read is compared by its text, but for the spaces of empty lines.
    """
    if runs.strip("\n") == shown.strip("\n"):
        return True
    try:
        if language in PYTHON:
            return _tree(runs) == _tree(shown)
        if language in SESSION:
            return _statements(runs) == _statements(shown)
    except (SyntaxError, ValueError):
        pass
    if language in SHELL:
        return _plain(runs) == _plain(shown)
    return _plain(runs).split() == _plain(shown).split()  # the page shows tabs as spaces


def _tree(text: str) -> str:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return ast.dump(compile(text, "fence", "exec", flags, dont_inherit=True))


def _statements(text: str) -> list[str]:
    return [_tree(statement.source) for statement in statements(text)]


def _plain(text: str) -> str:
    return re.sub(r"^[ \t]+$", "", text, flags=re.M).strip("\n")
