"""The Replacement Test itself is tried: on small apps, made by chance of parts whose answer is known."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from testbed import survives_replacement
from tests.snippets.testbed.making import AROUND, called, made
from tests.snippets.testbed.parts import PARTS, Part

WEEKLY = "FUZZ" in os.environ
EXAMPLES = int(os.environ.get("FUZZ", "0")) // 200 or 8
# No shrinking: a part and a list of calls are short as they are, and each example is played up to 24 times.
SAMPLE = settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    derandomize=not WEEKLY,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
pytestmark = pytest.mark.timeout(3600)
AROUNDS = st.sampled_from(sorted(AROUND))
ORDER = st.lists(st.integers(0, 2), max_size=3)


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Some parts keep files where they run."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("kept"))
    yield
    os.chdir(before)


def of(*kinds: str) -> st.SearchStrategy[Part]:
    return st.sampled_from([part for part in PARTS if part.kind in kinds])


def verdict(parts: Sequence[Part], around: str, order: Sequence[int]) -> str:
    calls = called(parts, [n % len(parts) for n in order])
    return str(survives_replacement(made(parts, around), calls, dict))


def beside(part: Part, others: Sequence[Part], around: str, order: Sequence[int], data: st.DataObject) -> str:
    """The part among others, asked often enough to show what it keeps."""
    parts = [part, *others]
    asking = [n for n in order if n % len(parts)]
    for _ in part.asked:
        asking.insert(data.draw(st.integers(0, len(asking))), 0)
    return verdict(parts, around, asking)


@SAMPLE
@given(st.lists(of("yes"), min_size=1, max_size=3), AROUNDS, ORDER, st.integers(0, 2))
def test_what_keeps_nothing_is_replaceable(parts: list[Part], around: str, order: list[int], first: int) -> None:
    said = verdict(parts, around, [first, *order])
    # How much is left of a name by gzip depends on the name, so a length may differ by chance.
    assert said == "yes" or (around == "gzip" and said.startswith("cannot tell: ") and "content-length" in said)


@SAMPLE
@given(of("not no"), st.lists(of("yes", "not no"), max_size=2), AROUNDS, ORDER)
def test_chance_and_time_are_never_called_state(part: Part, others: list[Part], around: str, order: list[int]) -> None:
    assert not verdict([part, *others], around, [0, *order, 0]).startswith("no: ")


@SAMPLE
@given(of("no"), st.lists(of("yes", "not no"), max_size=2), AROUNDS, ORDER, st.data())
def test_what_shows_its_memory_is_found_beside_any_chance(
    part: Part, others: list[Part], around: str, order: list[int], data: st.DataObject
) -> None:
    assert beside(part, others, around, order, data).startswith("no: ")


@SAMPLE
@given(of("not yes"), st.lists(of("yes", "not no", "not yes", "unseen"), max_size=2), AROUNDS, ORDER, st.data())
def test_memory_mixed_with_chance_is_never_called_stateless(
    part: Part, others: list[Part], around: str, order: list[int], data: st.DataObject
) -> None:
    assert beside(part, others, around, order, data) != "yes"


@pytest.mark.parametrize("part", [part for part in PARTS if part.kind == "unseen"], ids=repr)
def test_what_the_page_says_that_it_cannot_see(part: Part) -> None:
    assert verdict([part], "bare", [0, 0]) == "yes"


def test_there_are_parts_of_each_kind() -> None:
    assert len({repr(part) for part in PARTS}) == len(PARTS)
    assert min(Counter(part.kind for part in PARTS).values()) >= 3
