"""The shop's sessions in Valkey: a third home with the same methods."""

from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

IDLE = 1800  # seconds after the last request


class ValkeySessions:
    """Each call answers or raises within a second or so; it never hangs."""

    down = (ValkeyError, OSError)

    def __init__(self, url: str) -> None:
        self.valkey = Valkey.from_url(
            url,
            decode_responses=True,
            socket_timeout=1,
            socket_connect_timeout=1,
        )

    async def save(self, session: str, user: str) -> None:
        await self.valkey.set(f"session:{session}", user, ex=IDLE, nx=True)

    async def find(self, session: str) -> str | None:
        name = f"session:{session}"
        user: str | None = await self.valkey.getex(name, ex=IDLE)
        return user

    async def forget(self, session: str) -> None:
        await self.valkey.delete(f"session:{session}")
