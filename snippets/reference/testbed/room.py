"""A room: it opens with its process, counts its visitors, and echoes."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket


async def enter(request: Request) -> JSONResponse:
    request.app.state.visitors += 1
    return JSONResponse(request.app.state.visitors)


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    said = await socket.receive()
    if (text := said.get("text")) is not None:
        await socket.send_text(text)
    if said["type"] != "websocket.disconnect":
        await socket.close(1003 if text is None else 1000)


def make_app(tell: Callable[[str], None]) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        tell("open")
        yield {"light": "on"}
        tell("close")

    async def light(request: Request) -> JSONResponse:
        return JSONResponse(request.state.light)

    app = Starlette(
        routes=[
            Route("/enter", enter, methods=["POST"]),
            Route("/light", light),
            WebSocketRoute("/echo", echo),
        ],
        lifespan=lifespan,
    )
    app.state.visitors = 0
    return app
