"""A real Valkey as a store that stops: counted, killed and started as `Faults` does with statements."""

from __future__ import annotations

from pathlib import Path
from time import time
from typing import Any

from starlette.types import ASGIApp
from valkey.asyncio import Valkey as Client

from hybrid.cluster.valkey_server import ValkeyServer
from hybrid.cluster.valkey_sessions import ValkeySessions
from hybrid.index import shop as cookie_shop
from stateful.session_servers import shop
from stateful.session_servers.valkey import Valkey
from tests.attacks.faces import NAIVE
from tests.attacks.naive import session_shop

OURS = {"cmdstat_info", "cmdstat_ping", "cmdstat_hello"}  # and those of a connection that begins


class Stopped(ValkeyServer):
    @property
    def calls(self) -> int:
        """How many commands the programs have sent since it was started."""
        with self.client() as client:
            counted: dict[str, dict[str, Any]] = client.info("commandstats")
        ours = OURS | {name for name in counted if name.startswith("cmdstat_client")}
        return sum(each["calls"] for name, each in counted.items() if name not in ours)

    def always(self) -> None:
        self.kill()

    def never(self) -> None:
        self.start()


class Kept:
    """The store of the naive shop, in Valkey."""

    def __init__(self, url: str) -> None:
        self.client = Client.from_url(url, decode_responses=True)

    async def load(self, key: str) -> str | None:
        data: str | None = await self.client.get(key)
        return data

    async def save(self, key: str, data: str, new: bool) -> None:
        await self.client.set(key, data)

    async def delete(self, key: str) -> None:
        await self.client.delete(key)


def made_in_valkey(program: str, url: str) -> ASGIApp:
    """The app of one of these three, whose sessions are in the Valkey at `url`."""
    if program == NAIVE:
        return session_shop.make_app(Path(), Kept(url))
    if program == "hybrid/index/shop.py":
        return cookie_shop.make_app(ValkeySessions(url))
    return shop.make_app(Valkey(Client.from_url(url, decode_responses=True)), time)
