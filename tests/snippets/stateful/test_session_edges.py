"""The edges of the sessions' limits: the last value that is taken, and the first that is not."""

from __future__ import annotations

import asyncio
import re
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from stateful.eviction.lru import LRU
from stateful.session_servers.ending import end
from stateful.session_servers.keeper import Keeper
from stateful.session_servers.limits import Limits
from stateful.session_servers.record import Record, packed
from stateful.session_servers.refusals import Crowded, TooLarge
from stateful.session_servers.rights import Rights
from stateful.session_servers.session import Session, opened
from stateful.session_servers.sessions import Sessions

LIMITS = Limits(keys=("cart",), idle=100, life=1000, visit=500, visits=2, size=200, overlap=10)


class Memory(LRU):
    """A store that tells for how long each thing was kept, and what was counted."""

    def __init__(self) -> None:
        super().__init__(1000)
        self.seconds: list[int] = []

    async def swap(self, key: str, old: str | None, new: str | None, ttl: int) -> bool:
        done = await super().swap(key, old, new, ttl)
        if done:
            self.seconds.append(ttl)
        return done

    def windows(self) -> dict[str, str]:
        return {key: count for key, count in self.kept.items() if key.startswith("visits-")}


class Kept:
    """A keeper whose clock and store a test may turn."""

    def __init__(self) -> None:
        self.now, self.store = 0.0, Memory()
        self.keeper = Keeper(self.store, lambda: self.now, LIMITS)

    def put(self, key: str, **fields: Any) -> Record:
        record = Record(**{"ends": 1000.0, "seen": 0.0} | fields)
        self.store.kept[key] = packed(record)
        return record

    def find(self, key: str) -> Any:
        return asyncio.run(self.keeper.find(key))

    def session(self, key: str | None) -> Session:
        return Session(self.keeper, key, self.find(key) if key else None)


def test_what_is_not_said_is_as_the_page_says() -> None:
    given = Limits((), 1800, 28_800, 10, 3600, 1000, 4096, 10, "__Host-session")
    assert Limits() == given
    with pytest.raises(FrozenInstanceError):
        given.idle = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", ["idle", "life", "sessions", "visit", "size"])
def test_one_is_the_least(name: str) -> None:
    least: dict[str, Any] = {name: 1}
    assert getattr(replace(LIMITS, **least), name) == 1
    with pytest.raises(ValueError, match=r"^idle, life, sessions, visit and size are 1 or more$"):
        replace(LIMITS, **least | {name: 0})


def test_a_name_that_siblings_can_set_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^'session' does not begin with __Host-$"):
        Limits(cookie="session")


def test_a_value_may_be_as_long_as_the_limit_and_no_longer() -> None:
    LIMITS.check("cart", "x" * 198)  # two quotes make 200
    with pytest.raises(TooLarge):
        LIMITS.check("cart", "x" * 199)
    with pytest.raises(ValueError, match="not JSON compliant"):
        LIMITS.check("cart", float("nan"))
    with pytest.raises(KeyError, match=re.escape("'user' is not among Limits(keys=…)\"") + "$"):
        LIMITS.check("user", 1)


def test_a_session_ends_at_its_second() -> None:
    one = Kept()
    one.put("a", seen=1.0)
    one.now = 100.9
    assert one.find("a").key == "a"
    one.now = 101.0
    assert one.find("a") is None


def test_a_name_leads_over_three_others_and_no_further() -> None:
    one = Kept()
    for at in range(5):
        one.put(f"{at}", next=f"{at + 1}" if at < 4 else "", alias=True)
    assert one.find("1").key == "4"
    assert one.find("0") is None
    one.put("loop", next="loop", alias=True)
    assert one.find("loop") is None


def test_a_visitor_s_name_stays_a_visitor_s_and_a_user_s_ends() -> None:
    one = Kept()
    one.put("after", user="ada")
    one.put("visitor", next="after")
    one.put("user", next="after", user="ada")
    assert [one.find("visitor").key, one.find("user")] == ["visitor", None]


def test_what_cannot_be_read_is_no_session() -> None:
    one = Kept()
    one.store.kept["a"] = '{"of": "another version"}'
    assert one.find("a") is None
    assert asyncio.run(end(one.session("a"))).startswith("__Host-session=;")
    assert one.store.kept == {}


def test_a_record_may_be_as_long_as_the_limit_and_lives_at_least_a_second() -> None:
    one = Kept()
    record = Record(ends=0.2, seen=0.0)
    room = LIMITS.size - len(packed(replace(record, data={"cart": ""})))
    whole = replace(record, data={"cart": "x" * room})
    assert asyncio.run(one.keeper.put("a", None, whole)) == packed(whole)
    assert asyncio.run(one.keeper.put("a", None, whole)) is None
    assert one.store.seconds == [1]
    more = replace(record, data={"cart": "x" * (room + 1)})
    with pytest.raises(TooLarge):
        asyncio.run(one.keeper.put("b", None, more))
    assert asyncio.run(one.keeper.put("b", None, replace(more, next="a")))
    one.now = 3.0
    asyncio.run(one.keeper.put("c", None, Record(ends=50.5, seen=0.0)))
    assert one.store.seconds == [1, 1, 48]


def test_an_emptied_name_is_told_for_the_overlap() -> None:
    one = Kept()
    one.put("a", gone=True, ends=10.0)
    one.put("b", ends=10.0)
    one.now = 9.9
    assert [asyncio.run(one.keeper.emptied(key)) for key in ("a", "b", "none")] == [True, False, False]
    one.now = 10.0
    assert asyncio.run(one.keeper.emptied("a")) is False


def test_a_logout_ends_all_names_but_a_visitor_s_ends_no_login() -> None:
    one = Kept()
    one.put("new", user="ada")
    one.put("old", user="ada", next="new")
    assert asyncio.run(end(one.session("old"))).startswith("__Host-session=;")
    assert one.store.kept == {}
    one.put("new", user="ada")
    one.put("visitor", next="new")
    assert asyncio.run(end(one.session("visitor"))) == ""
    assert sorted(one.store.kept) == ["new", "visitor"]
    one.put("alias", next="new", alias=True)
    assert asyncio.run(end(one.session("alias"))).startswith("__Host-session=;")
    assert sorted(one.store.kept) == ["visitor"]
    assert asyncio.run(end(one.session(None))) == ""
    assert asyncio.run(end(one.session(""))).startswith("__Host-session=;")


def test_rights_are_asked_for_by_name() -> None:
    rights = Rights(Record(ends=1, seen=0, data={"cart": ["tea"]}), LIMITS)
    for user in ("", 5, None):
        with pytest.raises(ValueError, match=r"^a user is a text that is not empty$"):
            rights.login(user)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match=r"^nobody is logged in$"):
        rights.grant(admin=True)
    rights.login("ada")
    assert (rights.act, rights.carries, dict(rights)) == ("login", True, {"cart": ["tea"]})
    rights.grant(admin=True)
    assert (rights.act, dict(rights.claims)) == ("login", {"admin": True})
    rights.logout()
    assert (rights.act, rights.carries, rights.user) == ("logout", False, None)
    known = Rights(Record(ends=1, seen=0, user="ada"), LIMITS)
    known.grant(admin=True)
    assert (known.act, known.carries) == ("grant", False)
    renamed = Rights(Record(ends=1, seen=0, next="b", data={"cart": ["tea"]}), LIMITS)
    renamed.login("ada")
    assert (renamed.carries, dict(renamed)) == (False, {})


def served(one: Kept, does: Any) -> TestClient:
    async def do(request: Request) -> Response:
        does(await opened(request))
        return PlainTextResponse("done")

    sessions = Middleware(Sessions, one.store, lambda: one.now, LIMITS)
    app = Starlette(routes=[Route("/do", do, methods=["POST"])], middleware=[sessions])
    return TestClient(app, "https://shop.example")


def test_so_many_visitors_begin_in_a_window_and_a_refusal_is_private() -> None:
    one = Kept()
    codes = []
    for _ in range(3):
        reply = served(one, lambda session: session.update(cart=["tea"])).post("/do")
        codes.append(reply.status_code)
    assert codes == [200, 200, Crowded().status_code]
    assert reply.headers["Cache-Control"] == "no-store"
    one.now = 500.0
    assert served(one, lambda session: session.update(cart=["tea"])).post("/do").status_code == 200
    assert one.store.windows() == {"visits-0": "3", "visits-1": "1"}


def test_an_emptied_session_is_told_for_as_long_as_requests_overlap() -> None:
    one = Kept()
    browser = served(one, lambda session: session.update(cart=["tea"]))
    browser.post("/do")
    emptied = served(one, lambda session: session.pop("cart"))
    emptied.cookies = browser.cookies
    one.now = 5.0
    assert emptied.post("/do").headers["Set-Cookie"].startswith("__Host-session=;")
    assert one.store.seconds[-1] == LIMITS.overlap
