"""What a placement costs: the keys that move, the shares that differ."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from stateful.less_scalable.placement import Way, points

WHOLE = 2**64


def named(count: int) -> list[str]:
    return [str(n) for n in range(count)]


def moved(way: Way, count: int, keys: Iterable[str]) -> list[str]:
    """The new owners of the keys that move when `count` nodes get one more."""
    before, after = way(named(count)), way(named(count + 1))
    return [after(key) for key in keys if before(key) != after(key)]


def spread(count: int, each: int, rings: int) -> float:
    """The standard deviation of a node's share of a ring; their mean is 1."""
    squares = 0.0
    for ring in range(rings):
        owners = points([f"{ring}.{n}" for n in range(count)], each)
        stops, shares = sorted(owners), Counter[str]()
        for start, stop in pairwise([stops[-1] - WHOLE, *stops]):
            shares[owners[stop]] += stop - start
        for share in shares.values():
            squares += (share * count / WHOLE - 1) ** 2
    return float((squares / count / rings) ** 0.5)


def theory(count: int, each: int) -> float:
    """The same, for points that fall anywhere."""
    return float(((count - 1) / (count * each + 1)) ** 0.5)
