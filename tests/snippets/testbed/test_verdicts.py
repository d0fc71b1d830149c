"""What a verdict is made of: which runs are asked for, and which lines are shown."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from testbed.certain import certain, unequal
from testbed.given import Given
from testbed.held import held
from testbed.names import Run, renamed
from testbed.seen import difference
from testbed.verdict import Verdict, compare


def said(*texts: str, bags: tuple[list[str], ...] = (), outside: object = None) -> Run:
    return Run([*texts, "nothing outside"], [*bags], [outside])


def test_what_one_answer_lacks_is_shown_as_none() -> None:
    assert difference("headers of a\nx", "headers of a\nx\ny") == ["none", "y"]
    assert difference("headers of a\nx", "headers of a\nz") == ["x", "z"]
    assert difference("a\nx", "a\ny") == ["a\nx", "a\ny"]


def test_blanks_and_bytes_are_shown_where_only_they_differ() -> None:
    assert difference("a b\n", "a c ") == ["a b", "a c"]
    assert difference("a", "a ") == ["a", "a "]
    assert difference("a\udcff", "a\udcfe") == ["a\\udcff", "a\\udcfe"]


Text = Callable[[int], str]


def playing(one: Text, two: Text, draws: bool = True) -> tuple[Verdict, str, Given]:
    """The verdict on two kinds of runs, by the round that they are in, and the order in which they were played."""
    given, order = Given(), list[str]()

    def kind(name: str, text: Text) -> Callable[[], Run]:
        def play() -> Run:
            order.append(name)
            with held(given):
                if draws:
                    given.chance.random()
            return said(text(given.round))

        return play

    verdict = compare(kind("a", one), kind("b", two), "here", given)
    return verdict, "".join(order), given


def test_equal_runs_without_chance_are_played_twice() -> None:
    verdict, order, given = playing(str, str, draws=False)
    assert (verdict, order, given.used) == (Verdict(), "abba", False)


def test_equal_runs_with_chance_are_played_in_twelve_rounds_that_no_clock_divides() -> None:
    verdict, order, given = playing(str, str)
    assert (verdict, order, given.used) == (Verdict(), "abba" * 6, True)


def test_a_difference_in_a_late_round_is_no_yes() -> None:
    verdict, _, _ = playing(lambda n: "a", lambda n: "b" if n == 11 else "a")
    assert str(verdict) == "cannot tell: a, but with other chance b"


def test_a_difference_in_the_second_round_is_no_yes_where_nobody_drew() -> None:
    verdict, order, _ = playing(lambda n: "a", lambda n: "b" if n == 1 else "a", draws=False)
    assert (str(verdict), len(order)) == ("cannot tell: a, but with other chance b", 24)


def test_a_run_that_differs_by_itself_cannot_tell_and_shows_how() -> None:
    verdict, _, _ = playing(lambda n: f"{n // 3}", lambda n: f"{n // 4}")
    assert str(verdict) == "cannot tell: 0, but with other chance 1"
    with pytest.raises(ValueError, match=r"^cannot tell: 0, but with other chance 1$"):
        bool(verdict)


def test_a_difference_that_only_the_replacement_makes_counts() -> None:
    verdict, _, _ = playing(lambda n: "a", lambda n: "b")
    assert (str(verdict), bool(verdict)) == ("no: a, but here b", False)


def test_chance_that_was_used_before_is_forgotten() -> None:
    given = Given()
    given.used = True
    order: list[int] = []

    def play() -> Run:
        order.append(given.round)
        return said("a")

    assert compare(play, play, "here", given) == Verdict()
    assert order == [0, 0, 1, 1]


def kinds(*columns: str) -> list[Run]:
    return [said(text) for text in columns]


def test_one_place_is_enough_where_chance_moves_all_others() -> None:
    assert certain(kinds("5 a", "7 a"), kinds("8 b", "9 b")) == ("5 a", "8 b")
    assert certain(kinds("x5a", "y7a"), kinds("z8b", "v9b")) == ("x5a", "z8b")
    assert certain(kinds("[5]", "[7]"), kinds("[5, 6]", "[7, 8]")) == ("[5]", "[5, 6]")


def test_a_place_counts_where_one_kind_is_the_same_and_never_what_the_other_is() -> None:
    assert certain(kinds("a", "a"), kinds("bb", "c"))
    assert certain(kinds("bb", "c"), kinds("a", "a"))
    assert certain(kinds("a", "a"), kinds("b", "a")) is None
    assert certain(kinds("a", "bb"), kinds("c", "dd")) is None
    assert certain(kinds("a", "a"), kinds("b c", "d")) == ("a", "b c")


def test_letters_are_compared_only_in_words_of_one_length() -> None:
    assert certain(kinds("a1", "b1"), kinds("c2", "ddd2")) is None


def test_what_is_outside_counts_if_it_is_not_equal() -> None:
    one, two = said("a", bags=(["x"],), outside=1), said("a", bags=(["y"],), outside=2)
    same = said("a", bags=(["y"],), outside=1)
    assert certain([one, one], [two, two]) == ("['x']", "['y']")
    assert certain([one, one], [same, same]) is None
    assert certain([one, one], [same, two])


def test_a_set_that_only_one_run_has_is_shown_beside_nothing() -> None:
    one, two = said("a", bags=(["x"],), outside=1), said("a", outside=2)
    assert certain([one, one], [two, two]) == unequal([one, one, two]) == ("['x']", "")


def test_unequal_runs_show_what_is_outside_if_no_answer_differs() -> None:
    one, two = Run(["a", "[1]"], [], [1]), Run(["a", "[2]"], [], [2])
    assert unequal([one, one, two]) == unequal([one, two, one]) == ("[1]", "[2]")


def test_texts_of_several_frames_are_compared_whole() -> None:
    assert certain(kinds("x 1", "x 2 3"), kinds("z 4", "z 5")) is None


def test_a_number_is_no_part_of_the_frame() -> None:
    assert certain(kinds("x 1 y", "x 2 y"), kinds("z 3 y", "z 4 y")) == ("x 1 y", "z 3 y")


def test_names_are_numbered_in_each_run() -> None:
    a, b, c, d = ("abcdefgh" * 2, "ijklmnop" * 2, "qrstuvwx" * 2, "yzabcdef" * 2)
    one, two = renamed([said(a, b, a), said(c, d, c)])
    assert one == two == said("‹1›", "‹2›", "‹1›")


def test_names_that_only_a_set_has_are_blank() -> None:
    a, b, c, d = ("abcdefgh" * 2, "ijklmnop" * 2, "qrstuvwx" * 2, "yzabcdef" * 2)
    one, two = renamed([said("x", bags=([f"{a} {b}"],)), said("x", bags=([f"{c} {d}"],))])
    assert one.bags == two.bags == [["‹new› ‹new›"]]


def test_what_names_share_at_their_ends_is_no_part_of_them() -> None:
    one, two = renamed([said("on-" + "ab" * 9 + "-off"), said("on-" + "cd" * 9 + "-off")])
    assert one == two == said("on-‹1›-off")


@pytest.fixture
def draws() -> Iterator[Callable[[], list[object]]]:
    given = Given()
    with held(given):
        numbers = count()

        def drawn() -> list[object]:
            given.at_call(next(numbers) * 0)
            return [os.urandom(4), random.Random().random(), random.SystemRandom().random()]

        yield drawn


def test_the_same_call_draws_the_same(draws: Callable[[], list[object]]) -> None:
    assert draws() == draws()


def test_all_clocks_say_what_is_given_and_a_loop_runs_on() -> None:
    given, before = Given(seconds=0.5), time.monotonic()
    with held(given):
        given.at_call(3)
        clocks = [time.time(), time.monotonic(), time.perf_counter()]
        exact = [time.time_ns(), time.monotonic_ns(), time.perf_counter_ns()]
        assert clocks == [1e9 - 1.5] * 3
        assert exact == [10**18 - 15 * 10**8] * 3
        loop = asyncio.new_event_loop()
        assert before <= loop.time() < 1e9 - 1.5
        loop.run_until_complete(asyncio.sleep(0.001))
        loop.close()


def test_a_seed_that_somebody_sets_is_kept() -> None:
    expected = [random.Random(42).random(), random.Random("tea").random()]
    with held(Given()):
        assert [random.Random(42).random(), random.Random("tea").random()] == expected


def test_what_is_given_is_known_before_anybody_asks() -> None:
    given = Given()
    assert (given.seconds, given.clock(), given.nanoseconds(), given.round) == (1.0, 0.0, 0, 0)
    assert given.chance.random() == random.Random(0).random()
    with held(given):
        given.at_start(2)
        assert given.chance.random() == random.Random("start 0 2").random()
        given.at_call(3)
        assert given.chance.random() == random.Random("call 0 3").random()
    assert given.chance.random() == random.Random("over").random()


def test_a_generator_that_nobody_seeds_is_seeded_by_what_is_given() -> None:
    given, drawn = Given(), random.Random("call 0 3").randbytes(16)
    expected = random.Random(drawn).random()
    with held(given):
        given.at_call(3)
        own = random.Random()
        assert own.random() == expected
        given.at_call(3)
        own.seed()
        assert own.random() == expected


def test_chance_of_the_module_is_noticed() -> None:
    given = Given()
    with held(given):
        random.random()
    assert given.used


def test_chance_before_a_play_is_not() -> None:
    given = Given()
    given.chance.random()
    with held(given):
        given.at_start(0)
        given.at_call(1)
    assert not given.used


def test_a_member_without_a_name_is_not_one_with_a_name_behind_it() -> None:
    def kept(word: str) -> Run:
        return Run(["GET / → 200"], [[word, "tea"]], [word])

    bare, named, other = (kept(word) for word in ("cart ", "cart Zk3vQw9xTb7LmN2pRs", "cart Hd8sYf5gJc1WqE4uKt"))
    assert renamed([bare, named])[0] != renamed([bare, named])[1]
    assert [run.bags for run in renamed([bare, named])] == [[["cart ", "tea"]], [["cart ‹new›", "tea"]]]
    assert renamed([named, other])[0] == renamed([named, other])[1]
