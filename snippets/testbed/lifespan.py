"""An app's lifespan, played to it as a server would: start-up, shutdown."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Send


class Lifespan:
    """The server's side of the ASGI lifespan of one app, and its state."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.state: dict[str, Any] = {}
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Run the app's start-up, once; RuntimeError where it fails."""
        if self.task is None:
            self.inbox: asyncio.Queue[Message] = asyncio.Queue()
            self.outbox: asyncio.Queue[Message] = asyncio.Queue()
            self.task = asyncio.create_task(self.run())
            await self.inbox.put({"type": "lifespan.startup"})
            answer = await self.outbox.get()
            if answer["type"] == "lifespan.startup.failed":
                await asyncio.gather(self.task, return_exceptions=True)
                raise RuntimeError(answer["message"])

    async def run(self) -> None:
        """The app's side; an app that knows no lifespan ends at once."""
        scope: dict[str, Any] = {"type": "lifespan", "state": self.state}
        try:
            await self.app(scope, self.inbox.get, self.outbox.put)
        finally:
            await self.outbox.put({"type": "lifespan.over"})

    async def stop(self) -> None:
        """Run the app's shutdown, if it ever started."""
        if self.task:
            await self.inbox.put({"type": "lifespan.shutdown"})
            await asyncio.wait([self.task])


async def fan_out(
    up: Callable[[], Sequence[Lifespan]], receive: Receive, send: Send
) -> None:
    """Play one lifespan to all that are up when it comes to it."""
    await receive()
    try:
        for lifespan in up():
            await lifespan.start()
    except RuntimeError:
        await send({"type": "lifespan.startup.failed"})
        raise
    await send({"type": "lifespan.startup.complete"})
    await receive()
    for lifespan in up():
        await lifespan.stop()
    await send({"type": "lifespan.shutdown.complete"})
