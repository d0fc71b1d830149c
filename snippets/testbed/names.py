"""Fresh names: what chance chose in a text, written ‹1›, ‹2›, and so on."""

import re
from collections.abc import Sequence
from os.path import commonprefix
from typing import Any, NamedTuple

TOKEN = re.compile(r"([A-Za-z0-9_-]+)")
LONG = re.compile(r"(?=[0-9_-]*[A-Za-z])[A-Za-z0-9_-]{16,}")


class Run(NamedTuple):
    texts: list[str]  # the last is what is outside
    bags: list[list[str]]  # what is in no order: sets
    outside: list[Any]

    def __eq__(self, run: object) -> bool:
        if not isinstance(run, Run) or self.texts[:-1] != run.texts[:-1]:
            return False
        return self[:2] == run[:2] or self.outside == run.outside


def renamed(runs: Sequence[Run]) -> list[Run]:
    """The runs, with the names in each numbered as they first appeared.

    What the runs share is no name, nor is a number, or what is short.
    """
    return [named(run, [r for r in runs if r is not run]) for run in runs]


def named(run: Run, others: Sequence[Run]) -> Run:
    numbers, texts = dict[str, str](), list[str]()
    for rows in zip(run.texts, *(one.texts for one in others), strict=True):
        parts = [TOKEN.split(text) for text in rows]
        if any(part[::2] != parts[0][::2] for part in parts):
            parts = parts[:1]
        columns = zip(*parts, strict=True)
        texts.append("".join(number(column, numbers) for column in columns))
    shared = str([one.bags for one in others])
    bags = [[hidden(w, shared, numbers) for w in bag] for bag in run.bags]
    return Run(texts, [*map(sorted, bags)], run.outside)


def number(column: Sequence[str], numbers: dict[str, str]) -> str:
    """A token, the part of it that differs from run to run numbered."""
    start = commonprefix(list(column))
    rest = [other[len(start) :] for other in column]
    end = commonprefix([other[::-1] for other in rest])[::-1]
    name = rest[0].removesuffix(end)
    if not LONG.fullmatch(name):
        return column[0]
    return start + numbers.setdefault(name, f"‹{len(numbers) + 1}›") + end


def hidden(word: str, shared: str, numbers: dict[str, str]) -> str:
    """A member of a set, its names numbered, or blank where first seen."""
    for name, sign in numbers.items():
        word = word.replace(name, sign)
    unseen = (name for name in LONG.findall(word) if name not in shared)
    return re.sub("|".join(unseen) or "(?!)", "‹new›", word)
