"""Two requests of one browser, in every order of their steps at the store that Hypothesis can find."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stateful.eviction.lru import LRU
from stateful.session_servers.keeper import Keeper
from stateful.session_servers.limits import Limits
from stateful.session_servers.names import hashed
from stateful.session_servers.record import unpacked
from stateful.session_servers.session import opened
from stateful.session_servers.sessions import Sessions

COOKIE = "__Host-session"
LIMITS = Limits(keys=("cart",), visits=10_000)
VISITOR = ["read", "put", "clear", "rotate", "logout", "ada", "grace"]
USER = [*VISITOR, "grant"]


async def act(request: Request) -> Response:
    session, what = await opened(request), request.path_params["what"]
    if what in {"ada", "grace"}:
        session.login(what)
    elif what == "put":
        session["cart"] = [*session.get("cart", []), "tea"]
    elif what == "clear":
        session.clear()
    elif what == "rotate":
        session.rotate()
    elif what == "grant":
        session.grant(admin=True)
    elif what == "logout":
        session.logout()
    return Response(status_code=204)


class Stepped(LRU):
    """Each step waits until it is let go."""

    def __init__(self) -> None:
        super().__init__(10_000)
        self.stepped = False
        self.waiting: list[asyncio.Future[None]] = []

    async def step(self) -> None:
        if self.stepped:
            future = asyncio.get_running_loop().create_future()
            self.waiting.append(future)
            await future

    async def load(self, key: str) -> str | None:
        await self.step()
        return await super().load(key)

    async def swap(self, key: str, old: str | None, new: str | None, ttl: int) -> bool:
        await self.step()
        return await super().swap(key, old, new, ttl)


class World:
    def __init__(self) -> None:
        self.time, self.store = 0.0, Stepped()
        self.keeper = Keeper(self.store, lambda: self.time, LIMITS)
        options: dict[str, Any] = {"store": self.store, "clock": lambda: self.time, "limits": LIMITS}
        self.app = Starlette(routes=[Route("/{what}", act)], middleware=[Middleware(Sessions, **options)])
        self.rights: dict[str, Any] = {}  # what each name could do when it was last looked at

    async def ask(self, what: str, name: str) -> tuple[int, str | None]:
        """The status, and the name that the reply sets: "" removes it, None leaves it."""
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        cookie = [(b"cookie", f"{COOKIE}={name}".encode())] if name else []
        scope = {"type": "http", "method": "GET", "path": f"/{what}", "headers": cookie, "query_string": b""}
        await self.app(scope, receive, send)
        lines = [value.decode() for key, value in sent[0]["headers"] if key == b"set-cookie"]
        assert len(lines) <= 1
        return sent[0]["status"], lines[0].partition("=")[2].partition(";")[0] if lines else None

    async def together(self, calls: list[tuple[str, str]], order: list[int]) -> list[tuple[int, str | None]]:
        """Their replies, where `order` says whose step at the store is next."""
        self.store.stepped = True
        tasks = [asyncio.create_task(self.ask(*call)) for call in calls]
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0)
            if self.store.waiting:
                turn = order.pop() if order else 0
                self.store.waiting.pop(turn % len(self.store.waiting)).set_result(None)
        self.store.stepped = False
        return [task.result() for task in tasks]

    async def may(self, name: str) -> Any:
        found = await self.keeper.find(hashed(name))
        return (found.record.user, found.record.claims) if found else None

    async def check(self, *names: str | None) -> None:
        """What a name may do never grows."""
        for name in filter(None, names):
            self.rights.setdefault(name, await self.may(name))
        for name, before in self.rights.items():
            now = await self.may(name)
            assert now in (before, None), f"{before} became {now}"
            self.rights[name] = now

    def users(self) -> list[str]:
        """Who has a session that a name could still lead to."""
        records = [unpacked(raw) for key, raw in self.store.kept.items() if not key.startswith("visits")]
        return [record.user for record in records if record and record.user and not record.next]


@settings(max_examples=400, deadline=None)
@given(
    first=st.sampled_from(["put", "ada"]),
    acts=st.tuples(st.sampled_from(USER), st.sampled_from(USER)),
    order=st.lists(st.integers(0, 1), max_size=30),
)
def test_two_at_once(first: str, acts: tuple[str, str], order: list[int]) -> None:
    if first == "put" and "grant" in acts:
        return

    async def run() -> None:
        world = World()
        _, name = await world.ask(first, "")
        assert name
        await world.check(name)
        replies = await world.together([(what, name) for what in acts], order)
        await world.check(name, *(issued for _, issued in replies))
        logins = [
            issued
            for what, (status, issued) in zip(acts, replies, strict=True)
            if what in {"ada", "grace"} and status == 204
        ]
        for issued in logins:
            assert issued
            assert await world.may(issued), "a login that the other undid"
        if len(logins) == 1 and "logout" not in acts:
            assert (
                sum(issued is not None for _, issued in replies) == 1
                or acts[0] in {"rotate", "grant"}
                or acts[1] in {"rotate", "grant"}
            )
        if "logout" in acts and not logins and replies[acts.index("logout")][0] == 204:
            assert not world.users(), "somebody is logged in after the logout"
        assert all(status in {204, 409} for status, _ in replies)

    asyncio.run(run())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*USER, "later"]), st.integers(0, 20)), max_size=25))
def test_what_a_name_may_do_never_grows(steps: list[tuple[str, int]]) -> None:
    async def run() -> None:
        world, names = World(), [""]
        for what, which in steps:
            name = names[which % len(names)]
            if what == "later":
                world.time += [1, 9, 700, 2000][which % 4]
            elif what != "grant" or (await world.may(name) or (None,))[0]:
                _, issued = await world.ask(what, name)
                names += [issued] if issued else []
                await world.check(issued)
            await world.check()

    asyncio.run(run())
