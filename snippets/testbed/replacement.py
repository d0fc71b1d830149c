"""Two tests that give two words a meaning: replaceable and idempotent.

`outside` makes what lies beyond the boundary, a store for instance, and
`make_app` is then called with it. What is outside is compared with `==`.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from starlette.types import ASGIApp

from testbed.play import Call, play


class Verdict(NamedTuple):
    """True where nothing differed; if something did, what was first."""

    difference: str = ""

    def __bool__(self) -> bool:
        return not self.difference

    def __str__(self) -> str:
        return f"no: {self.difference}" if self.difference else "yes"


def survives_replacement(
    make_app: Callable[..., ASGIApp],
    calls: Sequence[Call],
    outside: Callable[[], Any] | None = None,
) -> Verdict:
    """Would anybody notice a fresh copy of the app before every call?"""
    one, many = ([outside()] if outside else [] for _ in range(2))
    once = play(lambda: make_app(*one), calls, fresh=False)
    anew = play(lambda: make_app(*many), calls, fresh=True)
    return compare([*once, one], [*anew, many], "if replaced")


def is_idempotent(
    make_app: Callable[..., ASGIApp],
    call: Call,
    observe: Sequence[Call],
    outside: Callable[[], Any] | None = None,
) -> Verdict:
    """Is the effect of `call`, as `observe` sees it, that of two calls?"""
    one, two = ([outside()] if outside else [] for _ in range(2))
    once = play(lambda: make_app(*one), [call, *observe], fresh=False)
    twice = play(lambda: make_app(*two), [call, call, *observe], fresh=False)
    return compare([*once[1:], one], [*twice[2:], two], "if repeated")


def compare(first: list[Any], second: list[Any], when: str) -> Verdict:
    """The first pair that differs."""
    for n, answer in enumerate(first):
        if answer != second[n]:
            return Verdict(f"{answer}, but {when} {second[n]}")
    return Verdict()
