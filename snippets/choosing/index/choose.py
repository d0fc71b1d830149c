"""A pure function: answers about one piece of state → its home, and why."""

from collections.abc import Mapping
from typing import NamedTuple

from choosing.index.advice import FAULTS, RECIPES
from choosing.index.homes import HOMES
from choosing.index.numbers import NUMBERS
from choosing.index.questions import ANSWERS, ASK
from choosing.index.rivals import PRICES, RIVALS


class Choice(NamedTuple):
    home: str
    rival: str
    why: str  # the rival lost
    numbers: tuple[str, str]
    fault: str
    recipe: str


def obstacle(home: str, answers: Mapping[str, str]) -> str | None:
    """The first question whose answer this home cannot bear."""
    for question, demand in HOMES[home].items():
        if answers[question] not in demand:
            return question
    return None


def choose(answers: Mapping[str, str]) -> Choice:
    """The first home that nothing speaks against.

    Raises: ValueError for an answer that is not offered; KeyError for none.
    """
    for question, offered in ANSWERS.items():
        if answers[question] not in offered:
            raise ValueError(f"{question}: one of {offered}")
    home = next(name for name in HOMES if not obstacle(name, answers))
    rival = RIVALS[home]
    lost = obstacle(rival, answers)
    why = f"“{ASK[lost]}” {answers[lost]}" if lost else PRICES[home]
    return Choice(home, rival, why, NUMBERS[home], FAULTS[home], RECIPES[home])
