"""What a verdict is made of: which runs are asked for, and which lines are shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testbed.names import Run
from testbed.seen import difference
from testbed.verdict import Verdict, compare


def said(*texts: str) -> Run:
    return Run([*texts], [], [])


def test_what_one_run_lacks_is_shown_as_nothing() -> None:
    assert difference(said("a"), said("a", "b")) == ("", "b")
    assert difference(said("headers of a\nx"), said("headers of a\nx\ny")) == ("none", "y")
    assert difference(said("headers of a\nx"), said("headers of a\nz")) == ("x", "z")


def playing(text: Callable[[int, int], str]) -> tuple[Callable[[int, int], Run], list[tuple[int, int]]]:
    asked: list[tuple[int, int]] = []

    def play(calls: int, starts: int) -> Run:
        asked.append((calls, starts))
        return said(text(calls, starts), "nothing outside")

    return play, asked


def test_equal_runs_are_played_once() -> None:
    (one, first), (two, second) = playing(lambda *_: "a"), playing(lambda *_: "a")
    assert compare(one, two, "here") == Verdict()
    assert first == second == [(0, 0)]


def test_a_run_that_differs_by_itself_cannot_tell_and_shows_how() -> None:
    one, _ = playing(lambda calls, starts: f"{starts // 3}")
    two, _ = playing(lambda *_: "x")
    verdict = compare(one, two, "here")
    assert str(verdict) == "cannot tell: 0, but with other chance 1"
    with pytest.raises(ValueError, match=r"^cannot tell: 0, but with other chance 1$"):
        bool(verdict)


def test_a_difference_that_only_the_replacement_makes_counts() -> None:
    one, _ = playing(lambda *_: "a")
    two, _ = playing(lambda *_: "b")
    assert (str(compare(one, two, "here")), bool(compare(one, two, "here"))) == ("no: a, but here b", False)
