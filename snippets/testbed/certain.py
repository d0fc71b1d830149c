"""What chance cannot have made: a place that it moves in no run."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from testbed.names import TOKEN, Run

Column = Sequence[str]  # what stands in one place: one word for each run


def certain(
    ones: Sequence[Run], twos: Sequence[Run]
) -> tuple[str, str] | None:
    """Two texts that differ by more than chance, if there are any.

    One place in them, a word or a letter, is the same in all runs of one
    kind, and is never that in the others.
    """
    same = [run.outside for run in ones] == [run.outside for run in twos]
    texts = [seen(run, same) for run in (*ones, *twos)]
    for rows in zip_longest(*texts, fillvalue=""):
        if any(apart(column, len(ones)) for column in places(rows)):
            return rows[0], rows[len(ones)]
    return None


def unequal(runs: Sequence[Run]) -> tuple[str, str]:
    """The first two texts that differ, of the first two runs that do."""
    other = next(run for run in runs if run != runs[0])
    pairs = zip_longest(seen(runs[0]), seen(other), fillvalue="")
    return next(pair for pair in pairs if pair[0] != pair[1])


def seen(run: Run, same: bool = False) -> list[str]:
    """All that is seen of a run, with what is outside if it differs."""
    return run.texts[:-1] if same else [*run.texts, *map(str, run.bags)]


def places(rows: Column) -> Iterator[Column]:
    """The places that texts have: words, and the letters of a word."""
    parts = [TOKEN.split(text) for text in rows]
    frames = [str(part[::2]) for part in parts]
    if len({*frames}) > 1:
        yield from (rows, frames)
        return
    for words in zip_longest(*parts):
        yield words
        if len({*map(len, words)}) == 1:
            yield from zip_longest(*words)


def apart(column: Column, count: int) -> bool:
    """Is one kind always the same, and never what the other is?"""
    one, two = {*column[:count]}, {*column[count:]}
    return 1 in (len(one), len(two)) and not one & two
