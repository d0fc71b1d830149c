"""One user's sessions: so many, and the oldest ends; whatever is asked at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from stateful.eviction.lru import LRU
from stateful.session_servers.accounts import enlist, remove
from stateful.session_servers.keeper import Keeper
from stateful.session_servers.limits import Limits
from stateful.session_servers.names import hashed
from stateful.session_servers.record import Record, packed
from stateful.session_servers.refusals import Unavailable
from stateful.session_servers.session import opened
from stateful.session_servers.sessions import Sessions
from stateful.session_servers.sqlite import SQLite
from stateful.session_servers.store import Store

LIMITS = Limits(keys=("cart",), sessions=3)
COOKIE = "__Host-session"
ADA = f"account-{hashed('ada')}"
ACTS: dict[str, Callable[[Any], Any]] = {
    "ada": lambda session: session.login("ada"),
    "grace": lambda session: session.login("grace"),
    "rotate": lambda session: session.rotate(),
    "grant": lambda session: session.grant(admin=True),
    "logout": lambda session: session.logout(),
    "put": lambda session: session.update(cart=["tea"]),
    "me": len,
}


async def act(request: Request) -> Response:
    session = await opened(request)
    ACTS[request.path_params["what"]](session)
    return JSONResponse(session.user)


class Memory(LRU):
    """A store that tells for how long the list of an account is kept, and in which a test may come between."""

    def __init__(self) -> None:
        super().__init__(1000)
        self.seconds: list[int] = []
        self.removed: list[int] = []
        self.between: Callable[[str], bool] = lambda key: True

    async def swap(self, key: str, old: str | None, new: str | None, ttl: int) -> bool:
        if not self.between(key):
            return False
        if new is None:
            self.removed.append(ttl)
        if key == ADA:
            self.seconds.append(ttl)
        return await super().swap(key, old, new, ttl)


class Site:
    def __init__(self, store: Store | None = None) -> None:
        self.time, self.memory = 0.0, Memory()
        self.store = store or self.memory
        self.keeper = Keeper(self.store, lambda: self.time, LIMITS)
        options: dict[str, Any] = {"store": self.store, "clock": lambda: self.time, "limits": LIMITS}
        self.app = Starlette(routes=[Route("/{what}", act)], middleware=[Middleware(Sessions, **options)])

    def browser(self, *acts: str) -> TestClient:
        client = TestClient(self.app, base_url="https://shop.example")
        for what in acts:
            assert client.get(f"/{what}").status_code == 200
        return client

    def users(self, *browsers: TestClient) -> list[str | None]:
        return [each.get("/me").json() for each in browsers]


def test_one_session_too_many_ends_the_oldest_and_nobody_else_s() -> None:
    at = Site()
    grace = at.browser("grace")
    adas = [at.browser("ada") for _ in range(5)]
    assert at.users(grace, *adas) == ["grace", None, None, "ada", "ada", "ada"]
    assert len(at.memory.kept) == 4 + 2  # and a list for each account
    assert at.memory.seconds == [LIMITS.life] * 5


def test_what_has_ended_takes_no_place() -> None:
    at = Site()
    phone, desk = at.browser("ada"), at.browser("ada")
    for _ in range(4):
        at.browser("ada", "logout")
        desk.get("/ada")
        desk.get("/grace")
        desk.get("/ada")
    assert at.users(phone, desk) == ["ada", "ada"]
    at.time = LIMITS.idle - 1
    phone.get("/put")
    at.time = LIMITS.idle
    assert at.users(at.browser("ada"), at.browser("ada"), desk, phone) == ["ada", "ada", None, "ada"]


@pytest.mark.parametrize("renames", ["rotate", "grant"])
@pytest.mark.parametrize("pause", [0, LIMITS.overlap])
def test_a_new_name_is_no_new_session(renames: str, pause: int) -> None:
    at = Site()
    others = [at.browser("ada"), at.browser("ada")]
    third = at.browser("ada", *[renames] * 5)
    at.time += pause
    assert at.users(*others, third) == ["ada"] * 3
    old = TestClient(at.app, base_url="https://shop.example", cookies={COOKIE: third.cookies[COOKIE]})
    third.get(f"/{renames}")
    more = [at.browser("ada") for _ in range(3)]
    assert at.users(*more, third, old, *others) == ["ada"] * 3 + [None] * 4


def test_a_visitor_s_new_name_is_on_no_list() -> None:
    at = Site()
    at.browser("put", "rotate")
    assert not [key for key in at.memory.kept if key.startswith("account")]


def test_a_list_that_cannot_be_kept_leaves_no_session() -> None:
    at, tried = Site(), list[str]()

    def between(key: str) -> bool:
        tried.extend([key] * (key == ADA))
        return key != ADA

    at.memory.between = between
    reply = TestClient(at.app, base_url="https://shop.example").get("/ada")
    assert (reply.status_code, reply.headers.get("set-cookie")) == (503, None)
    assert (at.memory.kept, len(tried)) == ({}, 50)


def test_a_session_that_is_used_meanwhile_is_ended_all_the_same() -> None:
    at, tries = Site(), list[str]()
    at.memory.kept["key"] = packed(Record(9, 0, "ada"))

    def between(key: str) -> bool:
        tries.append(key)
        return len(tries) == 50

    at.memory.between = between
    asyncio.run(remove(at.keeper, "key"))
    assert (at.memory.kept, at.memory.removed) == ({}, [1])
    at.memory.kept["key"] = packed(Record(9, 0, "ada"))
    with pytest.raises(Unavailable):
        asyncio.run(remove(at.keeper, "key"))


def test_the_session_that_takes_the_place_of_another_stands_last_and_once() -> None:
    at = Site()
    for key in "abc":
        at.memory.kept[key] = packed(Record(9, 0, "ada"))
        asyncio.run(enlist(at.keeper, "ada", key, key))
    asyncio.run(enlist(at.keeper, "ada", "a", "a"))
    assert at.memory.kept[ADA] == "b c a"
    asyncio.run(enlist(at.keeper, "ada", "b", "c"))
    assert at.memory.kept[ADA] == "a b"


def test_all_at_once_are_no_more_than_one_after_another(tmp_path: Path) -> None:
    at = Site(SQLite(tmp_path / "sessions.db", lambda: 0.0))
    for number in range(12):
        record = packed(Record(9, 0, "ada"))
        asyncio.run(at.store.swap(f"key{number}", None, record, 9))

    async def all_at_once() -> None:
        await asyncio.gather(*(enlist(at.keeper, "ada", f"key{number}", f"key{number}") for number in range(12)))

    asyncio.run(all_at_once())
    live = [number for number in range(12) if asyncio.run(at.store.load(f"key{number}"))]
    listed = asyncio.run(at.store.load(ADA)) or ""
    assert len(live) == 3
    assert {*listed.split()} == {f"key{number}" for number in live}
