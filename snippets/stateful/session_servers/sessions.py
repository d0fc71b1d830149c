"""Server-side sessions: the cookie names one, a store holds what is in it."""

import secrets
from json import dumps, loads

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stateful.session_servers.store import Clock, Session, Store, hashed

NAME, FLAGS = "__Host-session", "Path=/; Secure; HttpOnly; SameSite=lax"
IDLE, LIFE = 1800, 28_800  # seconds: after the last request, after the login


class Sessions:
    def __init__(self, app: ASGIApp, store: Store, clock: Clock) -> None:
        self.app, self.store, self.clock = app, store, clock

    async def __call__(self, scope: Scope, recv: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, recv, send)
            return
        name = HTTPConnection(scope).cookies.get(NAME, "")
        old = loads(await self.store.load(hashed(name), IDLE) or '{"ends": 0}')
        old = old if self.clock() < old["ends"] else {}
        new = scope["session"] = loads(dumps(old))

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Cookie")
                if new != old and (fresh := await self.keep(name, old, new)):
                    headers.append("Set-Cookie", f"{NAME}={fresh}; {FLAGS}")
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, recv, reply)

    async def keep(self, name: str, old: Session, new: Session) -> str:
        if old and old.get("user") == new.get("user"):
            new["ends"] = old["ends"]  # whatever a view did to the rest
            await self.store.save(hashed(name), dumps(new), IDLE, False)
            return ""
        await self.store.delete(hashed(name))  # no name outlives a login
        name, new["ends"] = secrets.token_urlsafe(32), self.clock() + LIFE
        await self.store.save(hashed(name), dumps(new), IDLE, True)
        return name
