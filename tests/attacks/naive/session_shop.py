"""Wrong on purpose: sessions as they were before anybody attacked them."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

NAME = "__Host-session"


def hashed(name: str) -> str:
    return sha256(name.encode()).hexdigest()


class Store:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.query("CREATE TABLE IF NOT EXISTS sessions (key TEXT PRIMARY KEY, data TEXT, ends REAL)")

    def query(self, sql: str, *values: str) -> str | None:
        with closing(sqlite3.connect(self.path, timeout=0.1)) as db, db:
            rows = db.execute(sql, values).fetchall()
        return rows[0][0] if rows else None

    async def load(self, key: str) -> str | None:
        return await run_in_threadpool(self.query, "UPDATE sessions SET ends = 1 WHERE key = ? RETURNING data", key)

    async def save(self, key: str, data: str, new: bool) -> None:
        insert, update = "INSERT INTO sessions VALUES (?2, ?1, 1)", "UPDATE sessions SET data = ? WHERE key = ?"
        await run_in_threadpool(self.query, insert if new else update, data, key)

    async def delete(self, key: str) -> None:
        await run_in_threadpool(self.query, "DELETE FROM sessions WHERE key = ? OR ends <= 0", key)


class Sessions:
    def __init__(self, app: ASGIApp, store: Any, cookie: str) -> None:
        self.app, self.store, self.cookie = app, store, cookie

    async def __call__(self, scope: Scope, recv: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, recv, send)
            return
        name = HTTPConnection(scope).cookies.get(self.cookie, "")
        old = loads(await self.store.load(hashed(name)) or "{}")
        new = scope["session"] = loads(dumps(old))

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if new != old and (fresh := await self.keep(name, old, new)):
                    headers.append("Set-Cookie", f"{self.cookie}={fresh}; Path=/; Secure; HttpOnly; SameSite=lax")
            await send(message)

        await self.app(scope, recv, reply)

    async def keep(self, name: str, old: dict[str, Any], new: dict[str, Any]) -> str:
        if old and old.get("user") == new.get("user"):
            await self.store.save(hashed(name), dumps(new), False)
            return ""
        await self.store.delete(hashed(name))
        name = secrets.token_urlsafe(32)
        await self.store.save(hashed(name), dumps(new), True)
        return name


async def add(request: Request) -> JSONResponse:
    cart = request.session.setdefault("cart", [])
    cart.append(request.path_params["item"])
    return JSONResponse(cart, 201)


async def login(request: Request) -> Response:
    request.session["user"] = request.path_params["user"]
    return Response(status_code=204)


async def sign_in(request: Request) -> Response:
    request.session["user_id"] = request.path_params["user"]
    return Response(status_code=204)


async def logout(request: Request) -> Response:
    request.session.clear()
    return Response(status_code=204)


async def me(request: Request) -> Response:
    user = request.session.get("user") or request.session.get("user_id")
    return JSONResponse(user) if user else Response(None, 401)


async def socket(socket: WebSocket) -> None:
    await socket.accept()
    async for _ in socket.iter_text():
        await socket.send_text(str(socket.session.get("user")))


async def down(request: Request, error: Exception) -> Response:
    return Response(None, 503, {"Retry-After": "5"})


class Refusing:
    """Turns whatever the store raises into an invitation to come again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, recv: Receive, send: Send) -> None:
        try:
            await self.app(scope, recv, send)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise
            await Response(None, 503, {"Retry-After": "5"})(scope, recv, send)


def make_app(folder: Path, store: Any = None, name: str = NAME) -> Starlette:
    routes = [
        Route("/cart/{item}", add, methods=["POST"]),
        Route("/login/{user}", login, methods=["POST"]),
        Route("/sign-in/{user}", sign_in, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
        WebSocketRoute("/socket", socket),
    ]
    sessions = Middleware(Sessions, store=store or Store(folder / "sessions.db"), cookie=name)
    return Starlette(routes=routes, middleware=[Middleware(Refusing), sessions])
