"""A socket that was opened before the logout, and still speaks for who has left."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from tests.attacks.faces import NAIVE, Outcome
from tests.attacks.wire import as_it_is, running

WORDS = "Ada opens a WebSocket and logs out in another tab. Then the socket is asked who she is."
PROGRAMS = ["stateful/session_servers/shop.py"]
CONTROL = NAIVE


async def asked_again(socket: WebSocket) -> None:
    """A socket as the page says that one is written: it asks before each answer."""
    from stateful.session_servers.session import opened

    session = await opened(socket)
    await socket.accept()
    async for _ in socket.iter_text():
        await socket.send_text(str(session.user) if await session.alive() else "nobody")


def with_socket(app: Any) -> None:
    app.router.routes.append(WebSocketRoute("/socket", asked_again))


async def attack(program: str) -> Outcome:
    if program in PROGRAMS and not importlib.util.find_spec("stateful.session_servers.session"):
        return Outcome(True, "nothing asks again")
    own_socket = program == NAIVE or program.startswith("libraries/")
    async with running(program, as_it_is if own_socket else with_socket) as app:
        browser = app.browser()
        await browser.ask("POST /login/ada")
        told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "wss", "path": "/socket",
            "raw_path": b"/socket", "query_string": b"", "root_path": "", "subprotocols": [],
            "headers": [(b"host", b"shop.example"), (b"origin", b"https://shop.example"), *browser.cookie()],
        }  # fmt: skip
        task = asyncio.create_task(app.app(scope, told.get, said.put))
        await told.put({"type": "websocket.connect"})
        answers = [(await asyncio.wait_for(said.get(), 10))["type"]]
        for before in (None, "POST /logout"):
            if before:
                await browser.ask(before)
            await told.put({"type": "websocket.receive", "text": "who?"})
            answers.append((await asyncio.wait_for(said.get(), 10)).get("text", "closed"))
        await told.put({"type": "websocket.disconnect", "code": 1000})
        await asyncio.gather(task, return_exceptions=True)
    return Outcome(
        answers[-1] == "ada" or answers[1] != "ada", f"before the logout {answers[1]}, after it {answers[-1]}"
    )
