"""One replica: a fresh app, so a memory of its own, until it is killed."""

from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from testbed.lifespan import Lifespan


class Served(NamedTuple):
    """One line of the balancer's log."""

    replica: int
    method: str  # WEBSOCKET, for a connection
    path: str
    status: int  # 101, for a connection that was accepted


class Replica(Lifespan):
    """One process of an app, as far as one process can hold several."""

    up = True

    def __init__(self, app: ASGIApp, number: int) -> None:
        super().__init__(app)
        self.number = number

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, log: list[Served]
    ) -> None:
        """Serve one request or connection, and log how it ended."""
        status = 500
        extra = scope.get("balancer.headers", [])

        async def reply(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *extra]
            elif message["type"] == "websocket.accept":
                status = 101
            await send(message)

        own = {"state": dict(self.state)}
        try:
            await self.app({**scope, **own}, receive, reply)
        finally:
            method = scope.get("method", "WEBSOCKET")
            log.append(Served(self.number, method, scope["path"], status))
