"""Four ways to say which node owns a key, without asking anybody."""

from bisect import bisect
from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import product

Owner = Callable[[str], str]  # from a key to its node
Way = Callable[[Sequence[str]], Owner]


def number(text: str) -> int:
    """64 bits, the same in every process; Python's own hash is not."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def modulo(nodes: Sequence[str]) -> Owner:
    return lambda key: nodes[number(key) % len(nodes)]


def points(nodes: Sequence[str], each: int) -> dict[int, str]:
    return {number(f"{n} {i}"): n for n, i in product(nodes, range(each))}


def ring(nodes: Sequence[str]) -> Owner:
    owners = points(nodes, each=100)
    stops = sorted(owners)

    def owner(key: str) -> str:
        return owners[stops[bisect(stops, number(key)) % len(stops)]]

    return owner


def rendezvous(nodes: Sequence[str]) -> Owner:
    return lambda key: max(nodes, key=lambda node: number(f"{node} {key}"))


def jumped(state: int, count: int) -> int:
    bucket = 0
    while True:
        state = (state * 2862933555777941757 + 1) % 2**64
        ahead = int((bucket + 1) * (2**31 / ((state >> 33) + 1)))
        if ahead >= count:
            return bucket
        bucket = ahead


def jump(nodes: Sequence[str]) -> Owner:
    return lambda key: nodes[jumped(number(key), len(nodes))]
