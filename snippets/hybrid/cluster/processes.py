"""N real uvicorn processes behind real Caddy: a `Cluster` of processes."""

from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
from starlette.types import ASGIApp

from hybrid.cluster.balancer import Balancer
from hybrid.cluster.children import stop
from hybrid.cluster.replica import Replica
from testbed import RoundRobin, Sticky
from testbed.replica import Served


class Processes:
    """Raises: ValueError, where there is to be no replica at all."""

    def __init__(
        self,
        make_app: Callable[[], ASGIApp],
        replicas: int = 3,
        pick: RoundRobin | Sticky | None = None,
        port: int = 0,
    ) -> None:
        if replicas < 1:
            raise ValueError(f"replicas={replicas}: make it 1 or more")
        policy = type(pick or RoundRobin()).__name__
        self.replicas = [Replica(make_app) for _ in range(replicas)]
        self.addresses = [replica.address for replica in self.replicas]
        self.served: list[Served] = []
        try:
            self.balancer = Balancer(self.addresses, policy, port)
        except BaseException:
            self.stop_replicas(within=0)
            raise
        self.url = self.balancer.url

    def client(self, **options: Any) -> httpx2.Client:
        """A browser, as far as cookies go, that trusts this Caddy."""
        return httpx2.Client(
            base_url=self.balancer.secure,
            verify=self.balancer.trusted,
            event_hooks={"response": [self.note]},
            timeout=30,
            **options,
        )

    def note(self, response: httpx2.Response) -> None:
        """Keep who answered, as the balancer says."""
        address = response.headers.pop("x-served-by", "")
        if address in self.addresses:
            request, number = response.request, self.addresses.index(address)
            path = urlsplit(str(request.url)).path
            served = number, request.method, path, response.status_code
            self.served.append(Served(*served))

    def kill(self, index: int) -> None:
        """SIGKILL: no goodbye, its memory gone."""
        self.replicas[index].process.kill()
        self.replicas[index].process.join()

    def restart(self, index: int) -> None:
        """A fresh process in its place, which the balancer has noticed."""
        self.kill(index)
        self.replicas[index].start()
        self.replicas[index].checked()

    def roll(self) -> None:
        """Replace them one by one, each drained first."""
        for index, replica in enumerate(self.replicas):
            replica.drain()
            self.restart(index)

    def stop_replicas(self, within: float = 10) -> None:
        stop(*(replica.process for replica in self.replicas), within=within)
        for replica in self.replicas:
            replica.kept.close()

    def stop(self) -> None:
        self.balancer.stop()
        self.stop_replicas()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
