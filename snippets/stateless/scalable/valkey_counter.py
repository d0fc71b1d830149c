"""The counter in Valkey, which adds for every process that asks it."""

from valkey.asyncio import Valkey


class ValkeyCounter:
    def __init__(self, url: str, key: str) -> None:
        self.key = key
        self.valkey = Valkey.from_url(
            url,
            socket_timeout=5,
            socket_connect_timeout=5,
        )

    async def add(self, more: int) -> int:
        return int(await self.valkey.incrby(self.key, more))
