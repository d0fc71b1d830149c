"""Users who never stop asking, on threads of their own, while a test breaks what they ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Self

import httpx2

from hybrid.cluster.processes import Processes

CUT_SHORT = 0  # in place of a status: of a reply, which nobody can repeat once it has begun, the end never came


def who_am_i(client: httpx2.Client, name: str) -> Iterable[int]:
    with client.stream("GET", "/me") as reply:
        try:
            reply.read()
        except httpx2.RemoteProtocolError:
            return [CUT_SHORT]
        assert reply.status_code != 200 or reply.json() == name
        return [reply.status_code]


class Load:
    """Users who have logged in when it is entered; what one of them could not bear is raised at its end."""

    def __init__(
        self,
        shop: Processes,
        visit: Callable[[httpx2.Client, str], Iterable[int]] = who_am_i,
        users: int = 8,
    ) -> None:
        self.shop, self.visit, self.users = shop, visit, users
        self.codes: Counter[int] = Counter()
        self.done, self.here, self.visits = Event(), Semaphore(0), Semaphore(0)

    def ask(self, name: str) -> Counter[int]:
        codes: Counter[int] = Counter()
        with self.shop.client() as client:
            client.post(f"/login/{name}").raise_for_status()
            self.here.release()
            while not self.done.is_set():
                codes.update(self.visit(client, name))
                self.visits.release()
        return codes

    def wait(self, visits: int) -> None:
        """Until there were so many more of them."""
        for _ in range(visits):
            assert self.visits.acquire(timeout=60), f"nobody is answered any more: {self.asking}"

    def __enter__(self) -> Self:
        self.pool = ThreadPoolExecutor(self.users)
        self.asking: list[Future[Counter[int]]] = [self.pool.submit(self.ask, f"user-{n}") for n in range(self.users)]
        for _ in self.asking:
            assert self.here.acquire(timeout=60), f"somebody cannot log in: {self.asking}"
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.pool.shutdown()
        for each in self.asking:
            self.codes.update(each.result())
