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

ARROW = re.compile(r"(?:[-=~]+>|>|[\u2190-\u21ff\u2794-\u27be\u27f0-\u27ff\u2900-\u297f])\s*\S")
WORDS = re.compile(
    r"(?i:prints?|outputs?|results?)\b\s*:?\s*\S|(?i:output|result|out|prints?)\s*:|raises [A-Z]|"
    r"[A-Z]\w*(?:Error|Exception|Interrupt)\b(?:\s*[:(]|$)"
)
SAYS = re.compile(
    r"(?:(?i:is|now|gives|returns|yields|becomes|equals|evaluates to)\b|[=≈≡]+)\s*:?\s*"
    r"(?P<value>.+)"
)
NAMES = re.compile(r"[A-Za-z_][\w.\[\]\"']*\s*(?:==?|:|\bis\b)\s*(?P<value>.+)")
IN_DOCSTRING = re.compile(r"^\s*(?i:outputs?|results?|prints?)\s*:\s*(?P<value>\S.*)$", re.M)
REPR = re.compile(
    r"(?:[A-Z][a-z]\w*|(?:[a-z_]\w*\.)+\w+|array|bytearray|defaultdict|deque|dict_\w+|frozenset|"
    r"mappingproxy|range|set)\(.*\)|<\w(?=[^<>]*(?:'| at 0x|\[|: ))[^<>]*>",
    re.S,
)
SAME_ELSEWHERE = frozenset({"true", "false", "null", "nil", "nan", "inf", "-inf"})
ANNOTATION = re.compile(r"(?<=\S)\s*\(\d+\)!?$")
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
    for text_of in map(_own_text, ast.walk(tree)):
        if PROMPT.search(text_of):
            return ">>> in a docstring"
        for found in IN_DOCSTRING.finditer(text_of):
            if _are_values(found["value"].strip()):
                return found[0].strip()
    ends = set(map(_end_of_result, ast.walk(tree))) - {0}
    for line, comment, is_alone in comments:
        told_by = line - 1 if is_alone else line
        if comment.startswith(">>> ") or (told_by in ends and is_result(comment, is_alone)):
            return f"# {comment.partition(chr(10))[0]}"
    return ""


def _own_text(node: ast.AST) -> str:
    """A text that stands by itself, such as a docstring; empty, if it is none."""
    value = node.value if isinstance(node, ast.Expr) else None
    text = value.value if isinstance(value, ast.Constant) else None
    return text if isinstance(text, str) else ""


def _end_of_result(node: ast.AST) -> int:
    """The last line of what has a result that is not to be seen in it; 0, if it has none."""
    if isinstance(node, ast.If | ast.While):
        return node.test.end_lineno or 0
    if isinstance(node, ast.With | ast.AsyncWith):
        return node.items[-1].context_expr.end_lineno or 0
    has_value = isinstance(node, TELLS) and not isinstance(node.value, ast.Constant | None)
    if has_value or isinstance(node, ast.Assert):
        return getattr(node, "end_lineno", 0)
    return 0


def _comments(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each comment: its line, what it says, and whether it has the line to itself.

    Lines of comments that stand together are one as well, such as a list that takes three.
    """
    together: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        line, said = token.start[0], token.string.removeprefix("#").strip()
        is_alone = not token.line[: token.start[1]].strip()
        yield line, said, is_alone
        if not is_alone:
            continue
        if not together or line != together[0][0] + len(together):
            together.clear()
        together.append((line, said))
        if len(together) > 1:
            yield together[0][0], "\n".join(said for _, said in together), True


def is_result(comment: str, is_alone: bool = False) -> bool:
    """Whether what a comment says is a result, and not prose about the code.

    A line to itself that reads `x = 1` is code that was taken out.
    """
    if "\n" in comment:
        return _is_value(comment)
    if NUMBERED.fullmatch(comment):
        return False
    comment = ANNOTATION.sub("", comment)
    if ARROW.match(comment) or WORDS.match(comment) or _are_values(comment):
        return True
    said = SAYS.fullmatch(comment) or (not is_alone and NAMES.fullmatch(comment))
    return _are_values(said["value"]) if said else False


def _are_values(comment: str) -> bool:
    words = comment.replace(",", " ").split()
    return _is_value(comment) or (bool(words) and all(map(_is_value, words)))


def _is_value(comment: str) -> bool:
    if comment in SAME_ELSEWHERE or REPR.fullmatch(comment):
        return True
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
