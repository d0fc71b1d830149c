"""All that an outsider sees of a run: answers, headers, what is outside."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from starlette.types import ASGIApp

from testbed.given import Given
from testbed.heard import Answer
from testbed.looks import Looks
from testbed.names import Run
from testbed.play import Call, play


def runs_of(
    make_app: Callable[..., ASGIApp],
    outside: Callable[[], Any] | None,
    given: Given,
    unseen: Sequence[str],
) -> Callable[..., Run]:
    """Plays calls to the app, with something new outside each time."""

    def run(
        calls: Sequence[Call], *, fresh: bool = False, skip: int = 0
    ) -> Run:
        kept = [outside()] if outside else []
        answers = play(
            lambda: make_app(*kept), calls, fresh=fresh, given=given
        )
        texts: list[str] = []
        for answer in answers[skip:]:
            texts += [answer.exact, headers(answer, unseen)]
        looks = Looks(kept)
        return Run([*texts, looks.text], looks.bags, kept)

    return run


def headers(answer: Answer, unseen: Sequence[str]) -> str:
    """A line for each header, in the order in which they were sent."""
    seen = [pair for pair in answer.fields if pair[0] not in unseen]
    lines = [f"{answer.start} with {name}: {value}" for name, value in seen]
    return "\n".join([f"headers of {answer.start}", *lines])


def difference(one: str, two: str) -> list[str]:
    """What to print: two texts, or of two answers' headers what differs."""
    pairs = [(one, two)]
    if one.startswith("headers of"):
        lines = one.split("\n"), two.split("\n")
        pairs = [*zip_longest(*lines, fillvalue="none")]
    pair = next(pair for pair in pairs if pair[0] != pair[1])
    shown = [t.encode(errors="backslashreplace").decode() for t in pair]
    bare = [text.rstrip() for text in shown]
    return shown if bare[0] == bare[1] else bare
