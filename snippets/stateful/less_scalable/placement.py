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
    spots = product(nodes, range(each))
    return {number(f"{node} {n}"): node for node, n in spots}


def ring(nodes: Sequence[str]) -> Owner:
    owners = points(nodes, each=100)
    stops = sorted(owners)

    def owner(key: str) -> str:
        return owners[stops[bisect(stops, number(key)) % len(stops)]]

    return owner


def rendezvous(nodes: Sequence[str]) -> Owner:
    return lambda key: max(nodes, key=lambda node: number(f"{node} {key}"))


def jump(nodes: Sequence[str]) -> Owner:
    def owner(key: str) -> str:
        bucket, state = 0, number(key)
        while True:
            state = (state * 2862933555777941757 + 1) % 2**64
            ahead = int((bucket + 1) * (2**31 / ((state >> 33) + 1)))
            if ahead >= len(nodes):
                return nodes[bucket]
            bucket = ahead

    return owner
