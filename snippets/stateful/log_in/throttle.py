"""Against guessing: an attempt is counted before it is made."""

from math import ceil
from typing import NamedTuple

from starlette.exceptions import HTTPException

from stateful.log_in.attempts import Attempts
from stateful.session_servers.store import Clock


class Attempt(NamedTuple):
    keys: tuple[str, str]
    ends: float


class Throttle:
    """So many for each account and each address, in `seconds`."""

    def __init__(
        self,
        counts: Attempts,
        clock: Clock,
        by_account: int = 10,
        by_address: int = 100,
        seconds: int = 900,
    ) -> None:
        self.counts, self.clock, self.seconds = counts, clock, seconds
        self.by_account, self.by_address = by_account, by_address

    async def begin(self, account: str, address: str) -> Attempt:
        """HTTPException 429 for one too many; the address is asked first."""
        now = self.clock()
        ends = (now // self.seconds + 1) * self.seconds
        keys = f"from {address}", f"as {account}"
        limits = self.by_address, self.by_account
        for key, limit in zip(keys, limits, strict=True):
            if await self.counts.count(key, ends, now) > limit:
                wait = {"Retry-After": str(ceil(ends - now))}
                raise HTTPException(429, headers=wait)
        return Attempt(keys, ends)

    async def was_right(self, attempt: Attempt) -> None:
        """Whoever knows the password has not guessed."""
        for key in attempt.keys:
            await self.counts.give_back(key, attempt.ends, self.clock())
