"""N replicas of one app behind a balancer, in one process.

A client sees one app: `TestClient(Cluster(make_app, replicas=3))`.
"""

from collections.abc import Callable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from testbed.balancers import Pick, RoundRobin
from testbed.lifespan import fan_out
from testbed.replica import Replica, Served


class Cluster:
    """An ASGI app that hands each request to a replica that is up.

    Raises: ValueError, where there is to be no replica at all.
    """

    def __init__(
        self,
        make_app: Callable[[], ASGIApp],
        replicas: int = 3,
        pick: Pick | None = None,
    ) -> None:
        if replicas < 1:
            raise ValueError(f"replicas={replicas}: make it 1 or more")
        self.make_app, self.pick = make_app, pick or RoundRobin()
        self.replicas = [Replica(make_app(), n) for n in range(replicas)]
        self.served: list[Served] = []
        self.live = False

    def kill(self, index: int) -> None:
        """End a replica as `kill -9` does: no goodbye, its memory gone."""
        self.replicas[index].up = False

    def restart(self, index: int) -> None:
        """Put a fresh replica in this one's place."""
        self.replicas[index] = Replica(self.make_app(), index)

    def up(self) -> list[Replica]:
        """The replicas that answer."""
        return [replica for replica in self.replicas if replica.up]

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "lifespan":
            self.live = True
            await fan_out(self.up, receive, send)
        elif up := [replica.number for replica in self.up()]:
            replica = self.replicas[self.pick(scope, up)]
            if self.live:
                await replica.start()
            await replica.serve(scope, receive, send, self.served)
        else:
            nobody = PlainTextResponse("no replica is up\n", 503)
            await nobody(scope, receive, send)
