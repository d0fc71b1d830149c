"""When a difference counts: not if chance alone can have made it."""

from collections.abc import Callable
from typing import NamedTuple

from testbed.certain import certain, unequal
from testbed.given import Given
from testbed.names import Run, renamed
from testbed.seen import difference

ROUNDS = 12  # a coin that nobody holds falls alike in one of 2**23


class Verdict(NamedTuple):
    """True where nothing differed; if something did, what was first.

    Raises: ValueError, if asked for its truth where the test cannot tell.
    """

    difference: str = ""
    known: bool = True

    def __bool__(self) -> bool:
        if not self.known:
            raise ValueError(str(self))
        return not self.difference

    def __str__(self) -> str:
        word = "no" if self.known else "cannot tell"
        return f"{word}: {self.difference}" if self.difference else "yes"


def compare(
    alone: Callable[[], Run],
    other: Callable[[], Run],
    when: str,
    given: Given,
) -> Verdict:
    """Play both with one chance, again and again with another."""
    ones: list[Run] = []
    twos: list[Run] = []
    given.used = False
    for given.round in range(ROUNDS):
        turns = [(ones, alone), (twos, other)]
        if given.round % 2:  # so that no clock divides the two kinds
            turns.reverse()
        for runs, play in turns:
            runs.append(play())
        if given.round and ones == twos and not given.used:
            break
    if ones == twos:
        return Verdict()
    first, second = renamed(ones), renamed(twos)
    known = certain(first, second) or certain(ones, twos)
    if first == second and not known:
        return Verdict()
    one, two = difference(*(known or unequal([*first, *second])))
    word = when if known else "with other chance"
    return Verdict(f"{one}, but {word} {two}", bool(known))
