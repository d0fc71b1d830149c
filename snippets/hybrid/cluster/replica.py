"""One replica: uvicorn in a process of its own, on a port that stays its."""

import os
import signal
import socket
from collections.abc import Callable

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hybrid.cluster.children import FORK, spawn


class Ready:
    """Answers the balancer's check: 200, and from SIGUSR1 on 503."""

    def __init__(self, app: ASGIApp, told: Callable[[], object]) -> None:
        self.app, self.told, self.status = app, told, 200
        signal.signal(signal.SIGUSR1, self.drain)

    def drain(self, *_: object) -> None:
        self.status = 503

    async def __call__(self, scope: Scope, recv: Receive, send: Send) -> None:
        if scope.get("path") == "/ready":
            await Response(status_code=self.status)(scope, recv, send)
            self.told()
        else:
            await self.app(scope, recv, send)


class Replica:
    def __init__(self, make_app: Callable[[], ASGIApp]) -> None:
        self.make_app, self.kept = make_app, self.bound(0)
        self.address = "{}:{}".format(*self.kept.getsockname())
        self.start()

    def bound(self, port: int) -> socket.socket:
        """A socket on the port, which nobody else gets while one is open."""
        # Named, or asyncio leaves Nagle's algorithm on: 40 ms a reply.
        bound = socket.socket(proto=socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(("127.0.0.1", port))
        return bound

    def start(self) -> None:
        self.checks = FORK.Semaphore(0)
        with self.bound(self.kept.getsockname()[1]) as listening:
            listening.listen(2048)  # who comes early waits in line
            self.process = spawn(lambda: self.serve(listening))

    def serve(self, listening: socket.socket) -> None:
        config = uvicorn.Config(
            Ready(self.make_app(), self.checks.release),
            log_level="critical",
            timeout_graceful_shutdown=10,
        )
        uvicorn.Server(config).run([listening])

    def checked(self, times: int = 3, within: float = 5) -> None:
        """Wait for so many checks from now; TimeoutError, if one is late."""
        while self.checks.acquire(block=False):
            continue
        for _ in range(times):
            if not self.checks.acquire(timeout=within):
                raise TimeoutError("no balancer asks for /ready")

    def drain(self) -> None:
        """Have the balancer send no more, then let it finish and end."""
        assert self.process.pid  # 0 would be this process and its group
        os.kill(self.process.pid, signal.SIGUSR1)
        self.checked()
        self.process.terminate()
        self.process.join()
