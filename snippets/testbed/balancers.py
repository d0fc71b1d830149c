"""`pick=` of a `Cluster`: from a scope and who is up, the replica."""

import itertools
import random
from collections.abc import Callable, Sequence
from hashlib import blake2b

from starlette.requests import HTTPConnection
from starlette.types import Scope

Pick = Callable[[Scope, Sequence[int]], int]


class RoundRobin:
    """Each replica in turn."""

    def __init__(self) -> None:
        self.turns = itertools.count()

    def __call__(self, scope: Scope, up: Sequence[int]) -> int:
        return up[next(self.turns) % len(up)]


class Seeded:
    """Any replica, by a random generator that repeats itself."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def __call__(self, scope: Scope, up: Sequence[int]) -> int:
        return self.random.choice(up)


class Hashed:
    """The replica that a key of the request hashes to, modulo the count."""

    def __init__(self, key: Callable[[HTTPConnection], str]) -> None:
        self.key = key

    def __call__(self, scope: Scope, up: Sequence[int]) -> int:
        key = self.key(HTTPConnection(scope)).encode()
        digest = int.from_bytes(blake2b(key, digest_size=8).digest())
        return up[digest % len(up)]
