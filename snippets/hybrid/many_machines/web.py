"""The shop as each machine runs it: all that it keeps is in the store."""

from pathlib import Path
from time import time

from starlette.applications import Starlette
from starlette.config import Config
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from valkey.asyncio import BlockingConnectionPool
from valkey.asyncio import Valkey as Client
from valkey.exceptions import ConnectionError as StoreIsDown

from stateful.session_servers import shop
from stateful.session_servers.valkey import Valkey


class Refusing:
    """503 and not 500 where the store does not answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, recv: Receive, send: Send) -> None:
        try:
            await self.app(scope, recv, send)
        except StoreIsDown:
            refusal = Response(None, 503, {"Retry-After": "5"})
            await refusal(scope, recv, send)


async def ready(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ready\n")


def make_app() -> Starlette:
    config = Config()
    pool = BlockingConnectionPool(
        host=config("STORE_HOST"),
        password=config("STORE_PASSWORD_FILE", cast=Path).read_text().strip(),
        max_connections=config("POOL", cast=int),
        decode_responses=True,
    )
    inner = shop.make_app(Valkey(Client.from_pool(pool)), time)
    inner.add_middleware(Refusing)
    return Starlette(routes=[Route("/ready", ready), Mount("/", inner)])
