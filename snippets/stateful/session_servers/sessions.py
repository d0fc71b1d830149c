"""Server-side sessions: the cookie names one, a store holds what is in it."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stateful.session_servers.committing import commit
from stateful.session_servers.keeper import Keeper
from stateful.session_servers.limits import Limits
from stateful.session_servers.store import Clock, Store
from stateful.session_servers.visit import Visit


class Sessions:
    def __init__(
        self, app: ASGIApp, store: Store, clock: Clock, limits: Limits
    ) -> None:
        self.app, self.keeper = app, Keeper(store, clock, limits)

    async def __call__(self, scope: Scope, recv: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, recv, send)
            return
        visit = scope["sessions"] = Visit(self.keeper, scope)
        refused = False

        async def reply(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if visit.session is not None:
                    headers.add_vary_header("Cookie")
                try:
                    more = await commit(visit, message["status"])
                except HTTPException as no:  # nothing of the view is sent
                    refused, more = True, {"Cache-Control": "no-store"}
                    more |= no.headers or {}
                    told = PlainTextResponse(no.detail, no.status_code, more)
                    await told(scope, recv, send)
                if cookie := more.pop("Set-Cookie", ""):
                    headers.append("Set-Cookie", cookie)
                headers.update(more)
            if not refused:
                await send(message)

        await self.app(scope, recv, reply)
        visit.close()
