"""The counter in Valkey, which adds for every process that asks it."""

from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError


class ValkeyCounter:
    def __init__(self, url: str, key: str) -> None:
        self.key = key
        self.valkey = Valkey.from_url(
            url,
            socket_timeout=5,
            socket_connect_timeout=5,
        )

    async def add(self, more: int) -> int:
        try:
            return int(await self.valkey.incrby(self.key, more))
        except ValkeyError as error:
            raise OSError("Valkey does not answer") from error
