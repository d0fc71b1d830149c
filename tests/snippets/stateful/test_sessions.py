"""The sessions that readers copy, under attack: by hand, in one process."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from stateful.eviction.lru import LRU
from stateful.session_servers.limits import Limits
from stateful.session_servers.names import hashed
from stateful.session_servers.session import Session, opened
from stateful.session_servers.sessions import Sessions
from stateful.session_servers.store import StoreDown

COOKIE = "__Host-session"
LIMITS = Limits(keys=("cart",), visits=5, size=400)


class Failing(LRU):
    """Counts what it is asked; from one call on it is down, before or after it did what it was asked."""

    def __init__(self) -> None:
        super().__init__(10_000)
        self.calls, self.down, self.did = 0, -1, False

    async def load(self, key: str) -> str | None:
        self.calls += 1
        if 0 <= self.down < self.calls:
            raise StoreDown
        return await super().load(key)

    async def swap(self, key: str, old: str | None, new: str | None, ttl: int) -> bool:
        self.calls += 1
        if 0 <= self.down < self.calls:
            if self.did and self.calls == self.down + 1:
                await super().swap(key, old, new, ttl)
            raise StoreDown
        return await super().swap(key, old, new, ttl)


class Shop:
    """An app in which each route does what a test says."""

    def __init__(self, tmp_path: Path, limits: Limits = LIMITS) -> None:
        self.time = 0.0
        self.store = Failing()
        self.does: Callable[..., Any] | None = None
        self.effects = 0
        self.app = Starlette(
            routes=[Route("/do", self.do, methods=["GET", "POST"]), WebSocketRoute("/socket", self.socket)],
            middleware=[Middleware(Sessions, store=self.store, clock=lambda: self.time, limits=limits)],
        )

    async def do(self, request: Request) -> Response:
        session = await opened(request)
        self.effects += 1
        told = self.does(session) if self.does and request.method == "POST" else None
        return JSONResponse([session.user, dict(session.claims), dict(session), told])

    async def socket(self, socket: WebSocket) -> None:
        session = await opened(socket)
        await socket.accept()
        async for _ in socket.iter_text():
            if self.does:
                self.does(session)
            await socket.send_json([session.user, await session.alive()])

    def browser(self, name: str | None = None) -> TestClient:
        cookies = {COOKIE: name} if name else None
        return TestClient(self.app, base_url="https://shop.example", cookies=cookies, raise_server_exceptions=False)

    def act(self, browser: TestClient, does: Callable[[Any], Any] | None = None, method: str = "POST") -> Any:
        self.does = does
        return browser.request(method, "/do")


@pytest.fixture
def at(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def put(session: Any) -> None:
    session["cart"] = [*session.get("cart", []), "tea"]


def test_nothing_is_asked_without_a_name_and_nothing_is_kept_without_contents(at: Shop) -> None:
    with at.browser() as browser:
        reply = at.act(browser)
        assert at.store.calls == 0
        assert "set-cookie" not in reply.headers
        assert reply.headers["vary"] == "Cookie"
        at.act(browser, lambda session: session.rotate())
        assert not at.store.kept


def test_a_key_that_nobody_declared_is_refused(at: Shop) -> None:
    with at.browser() as browser:
        for does in (
            lambda s: s.__setitem__("user_id", 7),
            lambda s: s.update(admin=True),
            lambda s: s.setdefault("role", "admin"),
            lambda s: setattr(s, "user", "ada"),
            lambda s: s.claims.__setitem__("admin", True),
            lambda s: s.data.__setitem__("user_id", 7),
            lambda s: s._data.__setitem__("user_id", 7),
        ):
            assert at.act(browser, does).status_code == 500
        assert not at.store.kept


def after(*acts: Callable[[Any], Any]) -> Callable[[Any], None]:
    """A view that does one thing after the other."""

    def does(session: Any) -> None:
        for act in acts:
            act(session)

    return does


def rotate(session: Any) -> None:
    session.rotate()


def become(session: Any) -> None:
    """A login, or for who is logged in another right."""
    if session.user:
        session.grant(shop=1)
    else:
        session.login("grace")


@pytest.mark.parametrize("begin", [put, partial(Session.login, user="ada")], ids=["visitor", "user"])
def test_what_is_written_behind_the_session_is_checked_again(at: Shop, begin: Callable[[Any], None]) -> None:
    """Whether the session is saved or renamed, and whatever the key holds."""
    with at.browser() as browser:
        at.act(browser, begin)
        kept = dict(at.store.kept)
        for act in (len, rotate, become):
            assert at.act(browser, after(act, lambda s: s._data.update(admin=True))).status_code == 500
            assert at.act(browser, after(act, lambda s: s._data.update(cart=["x" * 500]))).status_code == 413
            assert at.store.kept == kept


def test_a_list_that_grew_is_checked_when_it_is_kept(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, put)
        kept = dict(at.store.kept)
        assert at.act(browser, lambda s: s["cart"].append("x" * 400)).status_code == 413
        assert at.store.kept == kept
        assert at.act(browser, lambda s: s["cart"].append("jam")).status_code == 200
        assert at.act(browser).json()[2] == {"cart": ["tea", "jam"]}


@pytest.mark.parametrize("act", [put, rotate, become])
def test_claims_that_are_read_are_a_copy(at: Shop, act: Callable[[Any], None]) -> None:
    """Else a role that is appended to would be kept under the old name, which somebody may know."""
    with at.browser() as browser:
        at.act(browser, lambda s: s.login("ada", roles=["reader"]))
        for acts in itertools.permutations([act, lambda s: s.claims["roles"].append("admin")]):
            at.act(browser, after(*acts))
            assert at.act(browser).json()[1]["roles"] == ["reader"]


@pytest.mark.parametrize("act", ["login", "grant", "rotate"])
def test_what_a_planted_name_may_do_never_grows(at: Shop, act: str) -> None:
    with at.browser() as ada:
        at.act(ada, put if act == "login" else lambda s: s.login("ada"))
        old = ada.cookies[COOKIE]
        before = at.browser(old).get("/do").json()[:2]
        does = {
            "login": lambda s: s.login("ada"),
            "grant": lambda s: s.grant(admin=True),
            "rotate": lambda s: s.rotate(),
        }
        assert at.act(ada, does[act]).status_code == 200
        assert ada.cookies[COOKIE] != old
        late = at.act(at.browser(old), None, "GET").json()[:2]
        assert late == (before if act != "grant" else [None, {}])
        at.time += 11
        assert at.browser(old).get("/do").json()[:3] == [None, {}, {}]
        assert at.act(ada).json()[0] == "ada"


def test_contents_go_from_visitor_to_user_and_no_further(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, put)
        reply = at.act(browser, lambda s: s.login("ada", admin=True))
        assert reply.json() == ["ada", {"admin": True}, {"cart": ["tea"]}, None]
        for again in "ada", "grace":
            name = browser.cookies[COOKIE]
            assert at.act(browser, partial(Session.login, user=again)).json() == [again, {}, {}, None]
            assert at.browser(name).get("/do").json()[0] is None
        name = browser.cookies[COOKIE]
        at.act(browser, lambda s: s.logout())
        assert COOKIE not in browser.cookies
        assert at.browser(name).get("/do").json()[0] is None
        assert not at.store.kept or all("grace" not in kept for kept in at.store.kept.values())


def test_a_name_that_ended_is_given_no_new_session_but_by_a_login(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, put)
        old = browser.cookies[COOKIE]
        at.act(browser, lambda s: s.login("ada"))
    for pause in 0, 100_000:
        at.time += pause
        late = at.act(at.browser(old), put)
        assert (late.status_code, late.headers.get("set-cookie")) == (409, None)
        assert at.act(at.browser("x" * 43), put).status_code == 409
    assert COOKIE in at.act(at.browser(old), lambda s: s.login("ada")).headers["set-cookie"]


@pytest.mark.parametrize("did", [False, True])
@pytest.mark.parametrize("act", ["login", "grant", "rotate"])
def test_a_store_that_fails_in_a_rotation_leaves_the_old_or_the_new(tmp_path: Path, act: str, did: bool) -> None:
    for call in range(9):
        at = Shop(tmp_path)
        with at.browser() as browser:
            at.act(browser, put if act == "login" else lambda s: s.login("ada"))
            at.store.down, at.store.did = at.store.calls + call, did
            does = {"login": lambda s: s.login("ada"), "grant": lambda s: s.grant(a=1), "rotate": lambda s: s.rotate()}
            at.effects = 0
            reply = at.act(browser, does[act])
            assert reply.status_code in {200, 503}
            assert "retry-after" not in reply.headers
            at.store.down = -1
            user, _, contents, _ = at.act(browser, None, "GET").json()
            assert contents == {"cart": ["tea"]} if act == "login" else user == "ada"


def test_a_store_that_is_down_stops_only_what_needs_it(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, put)
        at.store.down = 0
        assert at.browser().get("/do").status_code == 200
        read, write = at.act(browser, None, "GET"), at.act(browser, put)
        assert (read.status_code, read.headers["retry-after"]) == (503, "5")
        assert (write.status_code, write.headers.get("retry-after")) == (503, None)
        fresh = at.act(at.browser(), put)
        assert (fresh.status_code, fresh.headers.get("retry-after")) == (503, None)
        assert "set-cookie" not in fresh.headers


@pytest.mark.parametrize(
    "header",
    [
        b"\xa0%s=%s",
        b"\t%s=%s",
        b"\x0b%s=%s",
        b"%s =%s",
        b"%s\xa0=%s",
        b"%s\x00=%s",
        b"\xc2\xa0%s=%s",
        b"%s= %s",
        b'%s="%s"',
        b"%s=%s ",
    ],
)
def test_a_name_is_compared_as_it_came(at: Shop, header: bytes) -> None:
    with at.browser() as browser:
        at.act(browser, lambda s: s.login("ada"))
        name = browser.cookies[COOKIE].encode()
    own = COOKIE.encode()
    assert at.browser().get("/do", headers=[(b"cookie", b"%s=%s" % (own, name))]).json()[0] == "ada"
    assert at.browser().get("/do", headers=[(b"cookie", header % (own, name))]).json()[0] is None
    two = [(b"cookie", b"a=b"), (b"cookie", b"%s=%s" % (own, name)), (b"cookie", b"c")]
    assert at.browser().get("/do", headers=two).json()[0] == "ada"
    two[2] = (b"cookie", b"%s=%s" % (own, b"y" * 43))
    assert at.browser().get("/do", headers=two).json()[0] is None


def test_visitors_are_few_and_small_and_users_still_log_in(at: Shop) -> None:
    replies = [at.act(at.browser(), put).status_code for _ in range(8)]
    assert replies == [200] * 5 + [503] * 3
    assert at.act(at.browser(), lambda s: s.login("ada")).status_code == 200
    large = at.act(at.browser(), lambda s: s.__setitem__("cart", "x" * 401))
    assert large.status_code == 413


def test_a_session_that_is_emptied_is_deleted_with_its_cookie(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, put)
        old = browser.cookies[COOKIE]
        assert "Max-Age=0" in at.act(browser, lambda s: s.clear()).headers["set-cookie"]
        assert at.act(at.browser(old), lambda s: s.login("ada")).status_code == 409, "its cookie would be removed"
        at.time += 11
        assert at.act(at.browser(old), lambda s: s.login("ada")).status_code == 200


def test_a_socket_reads_only_and_can_ask_whether_the_session_lives(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, lambda s: s.login("ada"))
        copy = at.browser(browser.cookies[COOKIE])
        at.does = None
        with pytest.raises(RuntimeError, match="read only"), copy.websocket_connect("/socket") as socket:  # noqa: PT012
            socket.send_text("")
            assert socket.receive_json() == ["ada", True]
            at.act(browser, lambda s: s.logout())
            at.does = None
            socket.send_text("")
            assert socket.receive_json() == ["ada", False]
            at.does = put
            socket.send_text("")
            socket.receive_json()


def test_what_is_written_after_the_headers_is_refused_aloud() -> None:
    for does in put, lambda s: s["cart"].append("jam"), lambda s: s.logout():

        async def stream(request: Request, does: Any = does) -> Response:
            session = await opened(request)

            async def body() -> Any:
                yield "a"
                does(session)
                yield "b"

            put(session)
            return StreamingResponse(body())

        app = Starlette(
            routes=[Route("/", stream)],
            middleware=[Middleware(Sessions, store=LRU(9), clock=lambda: 0, limits=LIMITS)],
        )
        with pytest.raises(RuntimeError, match="the reply has begun"):
            TestClient(app).get("/")


def test_private_replies_are_not_cached(at: Shop) -> None:
    with at.browser() as browser:
        assert at.act(browser, lambda s: s.login("ada")).headers["cache-control"] == "no-store"
        assert at.act(browser, None, "GET").headers["cache-control"] == "no-store"


def test_reads_do_not_write_until_a_tenth_has_passed(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, lambda s: s.login("ada"))
        kept = dict(at.store.kept)
        at.time += 179
        at.act(browser, None, "GET")
        assert at.store.kept == kept
        at.time += 1
        at.act(browser, None, "GET")
        assert at.store.kept != kept


def test_old_names_die_with_the_session_that_took_their_place(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, put)
        names = [browser.cookies[COOKIE]]
        for does in (lambda s: s.login("ada")), (lambda s: s.rotate()), (lambda s: s.rotate()):
            at.act(browser, does)
            names.append(browser.cookies[COOKIE])
        assert [at.browser(name).get("/do").json()[0] for name in names] == [None, "ada", "ada", "ada"]
        at.act(browser, lambda s: s.logout())
        assert [at.browser(name).get("/do").json()[:3] for name in names] == [[None, {}, {}]] * 4


def test_the_store_never_sees_a_name(at: Shop) -> None:
    with at.browser() as browser:
        at.act(browser, lambda s: s.login("ada"))
        name = browser.cookies[COOKIE]
    assert hashed(name) in at.store.kept
    assert name not in json.dumps(at.store.kept)
