"""The shop as each machine runs it: all that it keeps is in the store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time

from starlette.applications import Starlette
from starlette.config import Config
from starlette.responses import Response
from starlette.routing import Mount, Route
from valkey import asyncio as valkey

from stateful.session_servers import shop
from stateful.session_servers.valkey import Valkey


def make_app() -> Starlette:
    get = Config()
    password = get("STORE_PASSWORD_FILE", cast=Path).read_text().strip()
    url = f"valkey://{get('STORE')}?timeout=1&max_connections={get('POOL')}"
    pool = valkey.BlockingConnectionPool.from_url(
        f"{url}&socket_timeout=1", password=password, decode_responses=True
    )

    @asynccontextmanager
    async def closing(app: Starlette) -> AsyncIterator[None]:
        yield
        await pool.disconnect()

    inner = shop.make_app(Valkey(valkey.Valkey(connection_pool=pool)), time)
    ready = Route("/ready", Response(status_code=204))
    return Starlette(routes=[ready, Mount("/", inner)], lifespan=closing)
