"""The chooser's answers, worked out beforehand, for a page that has no Python.

    python -m tools.chooser

Puts every list of answers to snippets/choosing/index/choose.py, and writes
what it said: docs/assets/chooser.json, a table of decisions without repeats,
and the table of cases in docs/choosing/index.md. A test writes both again.
"""

import itertools
import json
import re
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from choosing.index.cases import CASES
from choosing.index.choose import choose
from choosing.index.doubts import DOUBTS
from choosing.index.homes import HOMES
from choosing.index.questions import ANSWERS, ASK
from tools.site import ROOT

DATA = ROOT / "docs" / "assets" / "chooser.json"
PAGE = ROOT / "docs" / "choosing" / "index.md"
TABLE = re.compile(r"^\| A piece of state that is .*\n(?:\|.*\n)+", re.M)


def decisions() -> dict[str, Any]:
    """What `choose` says to each list of answers, with equal parts stored once.

    A node is the number of a question and where each of its answers leads: to
    another node or, as -1 - n, to the outcome n. The last node is the start.
    """
    homes = list(HOMES)
    outcomes: dict[tuple[int, int, str], int] = {}
    nodes: dict[tuple[int, ...], int] = {}
    level = []
    for answers in itertools.product(*ANSWERS.values()):
        choice = choose(dict(zip(ANSWERS, answers, strict=True)))
        key = homes.index(choice.home), homes.index(choice.rival), choice.why
        level.append(-1 - outcomes.setdefault(key, len(outcomes)))
    for number, options in reversed([*enumerate(ANSWERS.values())]):
        groups = [tuple(level[at : at + len(options)]) for at in range(0, len(level), len(options))]
        level = [group[0] if len({*group}) == 1 else nodes.setdefault((number, *group), len(nodes)) for group in groups]
    questions = [[key, ASK[key], options] for key, options in ANSWERS.items()]
    return {
        "questions": questions,
        "homes": homes,
        "outcomes": [*outcomes],
        "nodes": [*nodes],
        "doubts": [*numbered_doubts()],
    }


def numbered_doubts() -> Iterator[tuple[list[tuple[int, list[int]]], str]]:
    """Each pair of answers that do not go together, by their numbers, and why."""
    keys = [*ANSWERS]
    for pair, why in DOUBTS:
        numbers = []
        for key, some in pair.items():
            numbers.append((keys.index(key), sorted(map(ANSWERS[key].index, some))))
        yield numbers, why


def table() -> str:
    """The cases as Markdown: each links to its answers and to its recipe."""
    lines = ["| A piece of state that is | lives in | and not in | two numbers | the fault to test |", "| - " * 5 + "|"]
    for case, answers in CASES.items():
        choice = choose(answers)
        cells = [
            f"[{case}](?{urlencode(answers)})",
            f"[{choice.home}](../{choice.recipe}.md)",
            f"{choice.rival}: {choice.why}",
            "; ".join(choice.numbers),
            choice.fault,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """The page's text with its table as it should be."""
    return TABLE.sub(lambda match: table(), page)


def main() -> int:
    DATA.write_text(json.dumps(decisions(), separators=(",", ":"), ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
