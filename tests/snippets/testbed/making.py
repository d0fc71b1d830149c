"""An app, made of parts, and the calls to it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Route, request_response
from starlette.types import ASGIApp, Receive, Scope, Send

from testbed.play import Call
from tests.snippets.testbed.parts import Part, Store

AROUND = {
    "bare": None,  # no framework around the parts
    "framework": [],
    "gzip": [Middleware(GZipMiddleware, minimum_size=0)],
    "sessions": [Middleware(SessionMiddleware, secret_key="given to every copy")],
}


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    yield


class End:
    """A part as an ASGI app, which a route takes for one as it is no function."""

    def __init__(self, part: Part, store: Store) -> None:
        end: Any = part.make(store)
        self.app: ASGIApp = end if part.raw else request_response(end)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def made(parts: Sequence[Part], around: str) -> Callable[[Store], ASGIApp]:
    middleware = AROUND[around]

    def make_app(store: Store) -> ASGIApp:
        ends = [End(part, store) for part in parts]
        if middleware is None:
            return bare(ends)
        routes = [Route(f"/{n}", end) for n, end in enumerate(ends)]
        return Starlette(routes=routes, middleware=middleware, lifespan=lifespan)

    return make_app


def bare(ends: Sequence[ASGIApp]) -> ASGIApp:
    own = Starlette()  # for those who look for `request.app.state`

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await ends[int(scope["path"][1:])]({**scope, "app": own}, receive, send)

    return app


def called(parts: Sequence[Part], order: Sequence[int]) -> list[Call]:
    """Calls to the parts in this order, each part asked as it says, and then from its start again."""
    turns = [0] * len(parts)
    calls: list[Call] = []
    for n in order:
        method, options = parts[n].asked[turns[n] % len(parts[n].asked)]
        turns[n] += 1
        calls.append((f"{method} /{n}", options))
    return calls
