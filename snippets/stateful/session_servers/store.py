"""What a session store has to do, whichever it is."""

from collections.abc import Callable
from typing import Protocol

Clock = Callable[[], float]


class StoreDown(Exception):
    """The store gave no answer: what it did, nobody knows."""


class Store(Protocol):
    """Each method is one step that no other client can come between."""

    async def load(self, key: str) -> str | None:
        """What is kept there; None where nothing is."""

    async def swap(
        self, key: str, old: str | None, new: str | None, ttl: int
    ) -> bool:
        """Keep `new` for `ttl` seconds, if `old` is what is there now.

        None stands for nothing. False, with nothing changed, if it is not.
        """

    async def count(self, key: str, ttl: int) -> int:
        """One more than before, counted anew after `ttl` seconds."""
