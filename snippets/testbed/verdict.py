"""When a difference counts: not if it is there without a replacement."""

from collections.abc import Callable
from typing import NamedTuple

from testbed.names import Run, renamed
from testbed.seen import difference

ROUNDS = range(1, 6)
Play = Callable[[int, int], Run]  # by the chance of calls, and of starts


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


def compare(alone: Play, other: Play, when: str) -> Verdict:
    """Play both. If they differ, ask if they differ without that, too."""
    if alone(0, 0) == other(0, 0):
        return Verdict()
    one, *ones = repeated(alone)
    two, *twos = repeated(other)
    if one == two:
        return Verdict()
    known = all(run == one for run in ones) and one not in twos
    if not known:
        two = next((run for run in ones if run != one), two)
        when = "with other chance"
    first, second = difference(one, two)
    return Verdict(f"{first}, but {when} {second}", known)


def repeated(play: Play) -> list[Run]:
    """Runs that chance at a start, or what nobody holds, may change."""
    others = [play(n, n) for n in ROUNDS]
    return [renamed(play(0, n), others) for n in (0, *ROUNDS)]
