"""The same store on Valkey 9, which has the clock and the expiry built in."""

from typing import Any, Protocol

from stateful.session_servers.store import StoreDown


class Client(Protocol):
    """What `valkey.asyncio.Valkey(decode_responses=True)` has, among more."""

    async def execute_command(self, *words: str | int) -> Any:
        """Send one command; its answer."""


class Valkey:
    def __init__(self, client: Client) -> None:
        self.client = client

    async def send(self, *words: str | int) -> Any:
        """Raises: StoreDown, whichever error the client calls it by."""
        try:
            return await self.client.execute_command(*words)
        except Exception as error:
            raise StoreDown(error) from error

    async def load(self, key: str) -> str | None:
        data = await self.send("GET", key)
        return data.decode() if isinstance(data, bytes) else data

    async def swap(
        self, key: str, old: str | None, new: str | None, ttl: int
    ) -> bool:
        if new is None:
            return bool(await self.send("DELIFEQ", key, old or ""))
        rule = ("NX",) if old is None else ("IFEQ", old)
        return bool(await self.send("SET", key, new, *rule, "EX", ttl))

    async def count(self, key: str, ttl: int) -> int:
        await self.send("SET", key, 0, "NX", "EX", ttl)
        return int(await self.send("INCR", key))
