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
    run = runs_of(make_app, outside, given or Given(), unseen)
    calls = [*calls]
    return compare(
        lambda *chance: run(calls, chance, fresh=False),
        lambda *chance: run(calls, chance, fresh=True),
        "if replaced",
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
    run = runs_of(make_app, outside, given or Given(), unseen)
    once, twice = [call, *observe], [call, call, *observe]
    return compare(
        lambda *chance: run(once, chance, skip=1),
        lambda *chance: run(twice, chance, skip=2),
        "if repeated",
    )
