"""Two tests that give two words a meaning: replaceable and idempotent.

`outside` makes what lies beyond the boundary, a store for instance, and
`make_app` is then called with it. What is outside is compared with `==`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.types import ASGIApp

from testbed.given import Given
from testbed.play import Call
from testbed.seen import runs_of
from testbed.verdict import Verdict, compare


def survives_replacement(
    make_app: Callable[..., ASGIApp],
    calls: Sequence[Call],
    outside: Callable[[], Any] | None = None,
    *,
    given: Given | None = None,
    unseen: Sequence[str] = ("date",),
) -> Verdict:
    """Would anybody notice a fresh copy of the app before every call?

    Both plays are given the same time and chance, by `given`, and no header
    that is named in `unseen` is compared.
    """
    given = given or Given()
    run = runs_of(make_app, outside, given, unseen)
    return compare(
        lambda: run(calls, fresh=False),
        lambda: run(calls, fresh=True),
        "if replaced",
        given,
    )


def is_idempotent(
    make_app: Callable[..., ASGIApp],
    call: Call,
    observe: Sequence[Call],
    outside: Callable[[], Any] | None = None,
    *,
    given: Given | None = None,
    unseen: Sequence[str] = ("date",),
) -> Verdict:
    """Is the effect of `call`, as `observe` sees it, that of two calls?"""
    given = given or Given()
    run = runs_of(make_app, outside, given, unseen)
    once, twice = [call, *observe], [call, call, *observe]
    return compare(
        lambda: run(once, skip=1),
        lambda: run(twice, skip=2),
        "if repeated",
        given,
    )
