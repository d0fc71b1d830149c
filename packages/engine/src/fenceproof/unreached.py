"""What a page must say of the lines that it shows and its run does not reach."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from fenceproof.fence import PYTHON, SESSION, Fence, Role
from fenceproof.reached import Missing

CURE = 'call it on this page, or say why not: unreached="…"'


def unreached_problems(fences: list[Fence], missing: Iterable[Missing]) -> list[str]:
    """What is wrong, each in one line: given all fences of a page, and what its run left out."""
    missing = list(missing)
    problems: list[str] = []
    above: list[Fence] = []
    for fence in fences:
        if fence.role is Role.EXECUTED and fence.language in PYTHON | SESSION:
            above.append(fence)
            problems += _explained(fence, _of_program(fence, _of(fence, missing)))
        elif fence.role is Role.EXCERPT:
            problems += _explained(fence, _of_excerpt(fence, above, missing))
    return problems


def _explained(fence: Fence, problems: Iterable[str]) -> list[str]:
    """The problems, unless the fence says why its lines are not reached."""
    found = list(problems)
    if "unreached" not in fence.header.options:
        return found
    return [] if found else [f"{fence.where}: unreached= is not needed: every line is reached"]


def _of(fence: Fence, missing: Iterable[Missing]) -> dict[int, Missing]:
    """What is not reached of a program, by the number of the line in it, from 0."""
    source = fence.source
    first, stop = source.line, source.line + source.text.count("\n")
    found = (entry for entry in missing if entry.file == str(source.path))
    return {entry.line - first: entry for entry in found if first <= entry.line < stop}


def _of_program(fence: Fence, missing: dict[int, Missing]) -> Iterator[str]:
    lines = fence.source.text.split("\n")
    for at, entry in missing.items():
        where = f"{fence.page}:{entry.line}"
        if fence.include:
            where = f"{fence.where}: {fence.include.path.name}:{entry.line}"
        what = "in part, a lambda or a comprehension, " if entry.part else ""
        yield f"{where}: `{lines[at].strip()}` is {what}never reached: {CURE}"


def _of_excerpt(fence: Fence, above: list[Fence], missing: list[Missing]) -> Iterator[str]:
    """The problem of an excerpt of which no program above reaches all lines."""
    for program in above:
        left_out = _of(program, missing)
        for lines in places(program.source.text, fence.source.text):
            if left_out.keys().isdisjoint(lines):
                return
    yield f"{fence.where}: the excerpt shows lines that are never reached: {CURE}"


def places(whole: str, part: str) -> Iterator[range]:
    """Where the lines of `part` stand together in `whole`, indented or not; lines are from 0."""
    wanted = textwrap.dedent(part.strip("\n"))
    lines, size = whole.split("\n"), wanted.count("\n") + 1
    for at in range(len(lines) - size + 1):
        window = "\n".join(lines[at : at + size])
        if wanted.strip() and textwrap.dedent(window) == wanted:
            yield range(at, at + size)
