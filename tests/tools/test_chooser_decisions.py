"""The chooser's table of decisions is what the function says, and is on the page as it was written."""

import json
import random

from choosing.index.cases import CASES
from choosing.index.choose import choose
from choosing.index.doubts import DOUBTS, doubts
from choosing.index.questions import ANSWERS, ASK
from tools.chooser import DATA, PAGE, decisions, table, written

SCRIPT = DATA.with_suffix(".js")


def test_the_files_are_as_the_tool_writes_them() -> None:
    """`python -m tools.chooser` would change nothing."""
    said = json.dumps(decisions(), separators=(",", ":"), ensure_ascii=False) + "\n"
    assert DATA.read_text("utf-8") == said
    page = PAGE.read_text("utf-8")
    assert written(page) == page
    assert table() in page


def test_they_are_small() -> None:
    assert SCRIPT.stat().st_size < 4352
    assert DATA.stat().st_size < 8192


def test_a_walk_through_the_decisions_ends_where_the_function_does() -> None:
    """Walked here by other means than the script's, with answers drawn at random."""
    data = json.loads(DATA.read_text("utf-8"))
    assert [(key, ask, answers) for key, ask, answers in data["questions"]] == [
        (key, ASK[key], ANSWERS[key]) for key in ASK
    ]
    draw = random.Random(11)
    lists = [*CASES.values()]
    lists += [{key: draw.choice(answers) for key, answers in ANSWERS.items()} for _ in range(2000)]
    for answers in lists:
        at = len(data["nodes"]) - 1
        while at >= 0:
            question, *ways = data["nodes"][at]
            key = data["questions"][question][0]
            at = ways[ANSWERS[key].index(answers[key])]
        home, rival, why = data["outcomes"][-1 - at]
        choice = choose(answers)
        assert (data["homes"][home], data["homes"][rival], why) == choice[:3]


def test_what_does_not_go_together_is_told_by_its_numbers() -> None:
    data = json.loads(DATA.read_text("utf-8"))
    keys = [key for key, _, _ in data["questions"]]
    told = []
    for pair, why in data["doubts"]:
        told.append(({keys[n]: {ANSWERS[keys[n]][answer] for answer in some} for n, some in pair}, why))
    assert told == DOUBTS


def test_no_case_of_the_table_is_doubted() -> None:
    doubted = [case for case, answers in CASES.items() if doubts(answers)]
    assert doubted == []
