"""All that an outsider sees of a run: answers, headers, what is outside."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from starlette.types import ASGIApp

from testbed.given import Given
from testbed.looks import Looks
from testbed.names import Run
from testbed.play import Answer, Call, play


def runs_of(
    make_app: Callable[..., ASGIApp],
    outside: Callable[[], Any] | None,
    given: Given,
    unseen: Sequence[str],
) -> Callable[..., Run]:
    """Plays calls to the app, with something new outside each time."""

    def run(
        calls: Sequence[Call],
        chance: tuple[int, ...],
        fresh: bool = False,
        skip: int = 0,
    ) -> Run:
        given.calls, given.starts = chance
        kept = [outside()] if outside else []
        answers = play(
            lambda: make_app(*kept), calls, fresh=fresh, given=given
        )
        texts: list[str] = []
        for answer in answers[skip:]:
            texts += [str(answer), headers(answer, unseen)]
        looks = Looks(kept)
        return Run([*texts, looks.text], looks.bags, kept)

    return run


def headers(answer: Answer, unseen: Sequence[str]) -> str:
    """A line for each header, in an order of its own."""
    seen = [pair for pair in sorted(answer.fields) if pair[0] not in unseen]
    lines = [f"{answer} with {name}: {value}" for name, value in seen]
    return "\n".join([f"headers of {answer}", *lines])


def difference(one: Run, two: Run) -> tuple[str, str]:
    """The first lines that differ."""
    first = [*one.texts, *map(str, one.bags)]
    second = [*two.texts, *map(str, two.bags)]
    pairs = zip_longest(first, second, fillvalue="")
    a, b = next(pair for pair in pairs if pair[0] != pair[1])
    if not a.startswith("headers of"):
        return a, b
    lines = zip_longest(a.split("\n"), b.split("\n"), fillvalue="none")
    return next(pair for pair in lines if pair[0] != pair[1])
