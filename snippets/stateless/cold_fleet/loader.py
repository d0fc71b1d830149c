"""A memo that asks for a key once, and for a few keys at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


class Busy(Exception):
    """As many loads are under way as may be."""


@dataclass
class Loader:
    """Of what never changes; of all that it knows it keeps the newest."""

    load: Callable[[str], Awaitable[str]]
    limit: int = 10
    patience: float = 5  # seconds
    size: int = 10_000
    memo: dict[str, str] = field(default_factory=dict)
    flights: dict[str, asyncio.Task[str]] = field(default_factory=dict)

    async def get(self, key: str) -> str:
        if key in self.memo:
            return self.memo[key]
        if key not in self.flights:
            if len(self.flights) >= self.limit:
                raise Busy
            flight = asyncio.create_task(self.fetch(key))
            flight.add_done_callback(self.landed)
            self.flights[key] = flight
        # Who gives up does not end it for the others, nor for the memo.
        return await asyncio.shield(self.flights[key])

    async def fetch(self, key: str) -> str:
        try:
            async with asyncio.timeout(self.patience):
                value = await self.load(key)
        finally:
            del self.flights[key]
        if len(self.memo) >= self.size:
            del self.memo[next(iter(self.memo))]
        self.memo[key] = value
        return value

    def landed(self, flight: asyncio.Task[str]) -> None:
        if not flight.cancelled():
            flight.exception()  # or asyncio complains where nobody waits
