"""The same store on Valkey, which has the clock and the expiry built in."""

from typing import Any, Protocol


class Client(Protocol):
    """What `valkey.asyncio.Valkey(decode_responses=True)` has, among more."""

    async def execute_command(self, *words: str | int) -> Any:
        """Send one command; its answer."""


class Valkey:
    def __init__(self, client: Client) -> None:
        self.send = client.execute_command

    async def load(self, key: str, ttl: int) -> str | None:
        data: str | None = await self.send("GETEX", key, "EX", ttl)
        return data

    async def save(self, key: str, data: str, ttl: int, new: bool) -> None:
        await self.send("SET", key, data, "EX", ttl, "NX" if new else "XX")

    async def delete(self, key: str) -> None:
        await self.send("DEL", key)
