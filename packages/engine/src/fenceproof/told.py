"""Results that a program tells in its own words: in a comment, or after `>>>` in a docstring.

No run compares them. A comment is prose, unless it stands by a statement and is what a reader takes
for the statement's result: an arrow, a value alone, an error, "prints …".
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

ARROW = re.compile(r"(?:[-=]+>|>|→|⇒|⟶)\s*\S")
WORDS = re.compile(
    r"(?i:prints?|outputs?|results?)\b\s*:?\s*\S|(?i:output|result|out|prints?)\s*:|raises [A-Z]|"
    r"[A-Z]\w*(?:Error|Exception|Interrupt)\b(?:\s*[:(]|$)"
)
NUMBERED = re.compile(r"\(\d+\)!?|\d+\.")  # a mark of Material's annotations; an item of a list
PROMPT = re.compile(r"^\s*>>> ", re.M)
TELLS = ast.Expr | ast.Return | ast.Assign | ast.AugAssign | ast.AnnAssign


def told(text: str) -> str:
    """The first result that Python code tells and no run compares; empty if there is none."""
    try:
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(text, "fence", "exec", flags, dont_inherit=True)
        comments = list(_comments(text))
    except (SyntaxError, ValueError, tokenize.TokenError):
        return ""  # it will not run either
    if any(map(_has_prompt, ast.walk(tree))):
        return ">>> in a docstring"
    ends = {getattr(node, "end_lineno", 0) for node in ast.walk(tree) if _has_result(node)}
    for line, comment, is_alone in comments:
        if is_result(comment) and (line - 1 if is_alone else line) in ends:
            return f"# {comment}"
    return ""


def _has_prompt(node: ast.AST) -> bool:
    """Whether it is a text that stands by itself and has statements after prompts."""
    value = node.value if isinstance(node, ast.Expr) else None
    text = value.value if isinstance(value, ast.Constant) else None
    return isinstance(text, str) and bool(PROMPT.search(text))


def _has_result(node: ast.AST) -> bool:
    """Whether a statement has a result that is not to be seen in it."""
    if isinstance(node, ast.Assert):
        return True
    return isinstance(node, TELLS) and not isinstance(node.value, ast.Constant | None)


def _comments(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each comment: its line, what it says, and whether it has the line to itself."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            is_alone = not token.line[: token.start[1]].strip()
            yield token.start[0], token.string.removeprefix("#").strip(), is_alone


def is_result(comment: str) -> bool:
    """Whether what a comment says is a result, and not prose about the code."""
    if NUMBERED.fullmatch(comment):
        return False
    if ARROW.match(comment) or WORDS.match(comment) or _is_value(comment):
        return True
    words = comment.replace(",", " ").split()
    return bool(words) and all(map(_is_value, words))


def _is_value(comment: str) -> bool:
    try:
        ast.literal_eval(comment)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return False
    return True


def texts(text: str) -> set[int]:
    """The lines, from 0, that begin within a text of several lines: they are no code."""
    found: set[int] = set()
    opened: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            name = tokenize.tok_name[token.type]
            if name.endswith("STRING_START"):
                opened.append(token.start[0])
            elif name.endswith("STRING_END"):
                found.update(range(opened.pop(), token.end[0]))
            elif name == "STRING":
                found.update(range(token.start[0], token.end[0]))
    except (SyntaxError, tokenize.TokenError):
        pass  # it will not run either
    return found
