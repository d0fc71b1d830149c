"""Seventeen claims, none lost, each with a verdict; a block that shows each."""

import re
from collections import Counter

from tools.pages import CLAIMS, VERDICTS, claims, problems

WORDS = {"two": 2, "four": 4, "eleven": 11}


def test_all_seventeen_are_there_in_order() -> None:
    assert list(claims()) == [f"S{n}" for n in range(17)]


def test_each_has_a_verdict_and_a_block_that_shows_it() -> None:
    assert not list(problems(CLAIMS))


def test_the_thesis_counts_the_verdicts() -> None:
    thesis = re.search(r"^\*\*Of seventeen.*\*\*$", CLAIMS.read_text("utf-8"), re.M)
    assert thesis
    counted = Counter(claim.verdict for claim in claims().values())
    said = [WORDS[word] for word in re.findall(r"\b(two|four|eleven)\b", thesis[0])]
    holds, boundary, half, false = (counted[verdict] for verdict in VERDICTS)
    assert said == [holds, boundary + half, false]
