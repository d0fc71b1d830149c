"""The shop's routes, for whatever keeps `request.session`: written with all the care that a view can take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from stateful.session_servers.same_origin import SameOrigin

NAME = "__Host-session"
Load = Callable[[HTTPConnection], Awaitable[None]]


async def loaded(connection: HTTPConnection) -> None:
    """Nothing is to be loaded."""


async def keeps_name(request: Request) -> BackgroundTask | None:
    """There is no name that could be renewed."""
    return None


def routes(
    load: Load = loaded,
    renew: Callable[[Request], Awaitable[BackgroundTask | None]] = keeps_name,
    user_now: Callable[[WebSocket], Awaitable[str | None]] | None = None,
) -> list[Route | WebSocketRoute]:
    """`renew` is called at a login; `user_now` asks again who is logged in."""

    async def add(request: Request) -> JSONResponse:
        await load(request)
        request.session["cart"] = [*request.session.get("cart", []), request.path_params["item"]]
        return JSONResponse(request.session["cart"], 201)

    async def login(request: Request) -> Response:
        await load(request)
        if "user" in request.session:  # what one user left is no other's
            request.session.clear()
        request.session["user"] = request.path_params["user"]
        return Response(status_code=204, background=await renew(request))

    async def logout(request: Request) -> Response:
        await load(request)
        request.session.clear()
        return Response(status_code=204)

    async def me(request: Request) -> Response:
        await load(request)
        user = request.session.get("user")
        return JSONResponse(user) if user else Response(None, 401)

    async def socket(socket: WebSocket) -> None:
        await load(socket)
        await socket.accept()
        with suppress(WebSocketDisconnect):
            async for _ in socket.iter_text():
                user = await user_now(socket) if user_now else socket.session.get("user")
                await socket.send_text(user or "nobody")

    return [
        Route("/cart/{item}", add, methods=["POST"]),
        Route("/login/{user}", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
        WebSocketRoute("/socket", socket),
    ]


def guarded(middleware: Middleware, same_origin: bool) -> list[Middleware]:
    """With the site's own check of who sends before it, or without."""
    return [Middleware(SameOrigin), middleware] if same_origin else [middleware]
