"""The global names that a program binds and uses, and those that a tab takes from another tab.

A reader opens one tab of a set. What a program in it uses must stand in that tab or above the set,
though the fences of all tabs run from the top down.
"""

from __future__ import annotations

import ast
import builtins
import dis
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

from fenceproof.fence import PYTHON, SESSION, Fence, Role
from fenceproof.session import NO_SPACE, statements

BINDS = frozenset({"STORE_NAME", "STORE_GLOBAL"})
USES = frozenset({"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS", "DELETE_NAME"})
OF_EACH = frozenset(dir(builtins)) | {"__file__", "__name__", "__builtins__", "__annotations__"}
LEANS = (
    "this tab leans on another: a reader who opens it alone has no `{}`, which line {} binds: "
    "bind it in this tab, or above the tabs"
)


@dataclass(frozen=True)
class Names:
    """What a program binds in the namespace of its page, and what it uses of it.

    `first` is what it uses at once, before it binds it, and `later` what its functions and classes
    use, which may come to stand further down.
    """

    bound: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()


def leaning(fence: Fence, fences: list[Fence]) -> str:
    """What a program in a tab takes from another tab of its set; an empty text for nothing."""
    if not fence.tabs or not _is_program(fence):
        return ""
    above = set(OF_EACH)
    anywhere = set(OF_EACH)
    others: list[Fence] = []
    for one in filter(_is_program, fences):
        is_above = one.line < fence.line
        if not _is_elsewhere(one, fence):
            anywhere |= names_of(one).bound
            above |= names_of(one).bound if is_above else set()
        elif is_above:
            others.append(one)
    names = names_of(fence)
    lacking = (names.first - above) | (names.later - anywhere)
    for one in others:
        if taken := lacking & names_of(one).bound:
            return LEANS.format(min(taken), one.line)
    return ""


def _is_program(fence: Fence) -> bool:
    return fence.role is Role.EXECUTED and fence.language in PYTHON | SESSION


def _is_elsewhere(one: Fence, other: Fence) -> bool:
    """Whether two fences are in different tabs of one set."""
    places = dict(other.tabs)
    return any(tab_set in places and places[tab_set] != tab for tab_set, tab in one.tabs)


def names_of(fence: Fence) -> Names:
    """The names of a fence's program; none of one that cannot be read, since that will not run."""
    text = fence.source.text
    if fence.language not in SESSION:
        return _names(text)
    if NO_SPACE.search(text):
        return Names()
    return _together(_names(statement.source) for statement in statements(text))


def _together(parts: Iterable[Names]) -> Names:
    """The names of programs of which each runs after the one before."""
    bound, first, later = set[str](), set[str](), set[str]()
    for part in parts:
        first |= part.first - bound
        later |= part.later
        bound |= part.bound
    return Names(frozenset(bound), frozenset(first), frozenset(later))


@lru_cache(maxsize=1024)
def _names(text: str) -> Names:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(text, "fence", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return Names()
    bound, first = set[str](), set[str]()
    for instruction in dis.get_instructions(code):
        if instruction.opname in BINDS:
            bound.add(instruction.argval)
        elif instruction.opname in USES and instruction.argval not in bound:
            first.add(instruction.argval)
    later = set[str]()
    for inner in _within(code):
        used, own = _used(inner)
        later |= used
        bound |= own
    return Names(frozenset(bound), frozenset(first), frozenset(later))


def _within(code: CodeType) -> Iterator[CodeType]:
    """The functions, classes and comprehensions of a program."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and constant.co_name != "__annotate__":
            yield constant
            yield from _within(constant)


def _used(code: CodeType) -> tuple[set[str], set[str]]:
    """What a function or a class uses of the page's names, and what it binds among them."""
    used, own, bound = set[str](), set[str](), set[str]()
    for instruction in dis.get_instructions(code):
        if instruction.opname in USES:
            used.add(instruction.argval)
        elif instruction.opname == "STORE_NAME":  # in a class
            own.add(instruction.argval)
        elif instruction.opname == "STORE_GLOBAL":
            bound.add(instruction.argval)
    return used - own, bound
