"""One request's session: against look-ups that nobody needs, and silence."""

import asyncio

from starlette.types import Scope

from stateful.session_servers.keeper import Keeper
from stateful.session_servers.names import hashed, presented
from stateful.session_servers.refusals import Unavailable
from stateful.session_servers.session import Session
from stateful.session_servers.store import StoreDown

SAFE = {"GET", "HEAD", "OPTIONS"}
SOCKET = "a socket has no reply that could carry a cookie: read only"
BEGUN = "the reply has begun: what is written now is kept nowhere"


class Visit:
    def __init__(self, keeper: Keeper, scope: Scope) -> None:
        self.keeper, self.scope, self.lock = keeper, scope, asyncio.Lock()
        self.session: Session | None = None
        self.begun = False

    async def open(self) -> Session:
        async with self.lock:
            if self.session is None:
                session = await self.loaded()
                if self.begun:
                    raise RuntimeError("open it before the reply begins")
                self.session = session
        return self.session

    async def loaded(self) -> Session:
        name = presented(self.scope, self.keeper.limits.cookie)
        key = hashed(name) if name else name
        try:
            found = await self.keeper.find(key) if key else None
        except StoreDown as down:
            again = self.scope.get("method", "GET") in SAFE
            raise Unavailable(again) from down
        session = Session(self.keeper, key, found)
        session.shut = SOCKET if self.scope["type"] == "websocket" else ""
        return session

    def close(self) -> None:
        """Raises: RuntimeError, where something was written too late."""
        one = self.session
        if one is not None and one.shut and one.changed():
            raise RuntimeError(one.shut)
