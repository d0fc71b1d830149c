"""What a session store has to do, whichever it is."""

from collections.abc import Callable
from hashlib import sha256
from typing import Protocol

Clock = Callable[[], float]
Session = dict[str, object]


def hashed(name: str) -> str:
    """The key that a store is given: who reads it there learns no name."""
    return sha256(name.encode()).hexdigest()


class Store(Protocol):
    async def load(self, key: str, ttl: int) -> str | None:
        """What is kept there, from now on for `ttl` seconds; else None."""

    async def save(self, key: str, data: str, ttl: int, new: bool) -> None:
        """Keep it; where the key is not new, only if it is there still."""

    async def delete(self, key: str) -> None:
        """Keep it no more."""
