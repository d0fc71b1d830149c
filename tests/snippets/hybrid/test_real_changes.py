"""A charge that is repeated, two versions at once, a secret that changes: on real processes, through real Caddy."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx2
import pytest
from itsdangerous import BadSignature, TimestampSigner
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hybrid.cluster.children import FORK
from hybrid.cluster.processes import Processes
from hybrid.index.sessions import Sessions
from hybrid.index.shop import make_app
from hybrid.index.stores import SQLite
from tests.snippets.hybrid.load import Load

# -- the effect and the record of its key ---------------------------------------

TABLES = """CREATE TABLE charges (cents INT);
            CREATE TABLE keys (key TEXT PRIMARY KEY, cents INT);"""
Step = Callable[[], object]


def effect_then_key(db: sqlite3.Connection, key: str, cents: int, between: Step) -> None:
    if db.execute("SELECT 1 FROM keys WHERE key = ?", [key]).fetchone():
        return
    db.execute("INSERT INTO charges VALUES (?)", [cents])
    between()
    db.execute("INSERT INTO keys VALUES (?, ?)", [key, cents])


def key_then_effect(db: sqlite3.Connection, key: str, cents: int, between: Step) -> None:
    if db.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", [key, cents]).rowcount:
        between()
        db.execute("INSERT INTO charges VALUES (?)", [cents])


def both_at_once(db: sqlite3.Connection, key: str, cents: int, between: Step) -> None:
    db.execute("BEGIN IMMEDIATE")
    with db:
        key_then_effect(db, key, cents, between)


class Till:
    """An app that charges once for each key; it dies between two steps, once, if the file `fuse` is there."""

    def __init__(self, folder: Path, charge: Callable[[sqlite3.Connection, str, int, Step], None]) -> None:
        self.path, self.fuse, self.charge = folder / "till.db", folder / "fuse", charge
        with closing(sqlite3.connect(self.path)) as db:
            db.executescript(TABLES)

    def __call__(self) -> Starlette:
        return Starlette(routes=[Route("/charges/{cents:int}", self.post, methods=["POST"])])

    async def post(self, request: Request) -> Response:
        await run_in_threadpool(self.work, request.headers["idempotency-key"], request.path_params["cents"])
        return Response(status_code=201)

    def work(self, key: str, cents: int) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=20)) as db:
            self.charge(db, key, cents, self.between)

    def between(self) -> None:
        try:
            self.fuse.unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    def charged(self) -> list[int]:
        with closing(sqlite3.connect(self.path)) as db:
            return [cents for (cents,) in db.execute("SELECT cents FROM charges")]


@pytest.mark.parametrize(
    ("charge", "effects"), [(effect_then_key, [500, 500]), (key_then_effect, []), (both_at_once, [500])]
)
def test_a_crash_between_the_effect_and_its_record(
    charge: Callable[[sqlite3.Connection, str, int, Step], None], effects: list[int], tmp_path: Path
) -> None:
    """The client repeats with one key; only one transaction makes that one effect.

    Caddy may repeat the first attempt by itself: of a POST with such a key it does so now and then, of another never.
    """
    till = Till(tmp_path, charge)
    with Processes(till, 3) as shop, shop.client() as client:
        till.fuse.touch()
        answers = [client.post("/charges/500", headers={"Idempotency-Key": "one"}).status_code for _ in range(4)]
        dead = [replica for replica in shop.replicas if not replica.process.is_alive()]
    assert answers in ([502, 201, 201, 201], [201, 201, 201, 201])
    assert [replica.process.exitcode for replica in dead] == [-signal.SIGKILL]
    assert till.charged() == effects


def test_one_effect_for_each_key_of_many_clients_that_repeat_at_once(tmp_path: Path) -> None:
    """Twenty keys, eight attempts for each, at three replicas, one of which dies half way through a charge."""
    till = Till(tmp_path, both_at_once)

    def attempt(number: int) -> int:
        with shop.client() as client:
            key = {"Idempotency-Key": f"key-{number % 20}"}
            return client.post(f"/charges/{number % 20 + 1}", headers=key).status_code

    with Processes(till, 3) as shop, ThreadPoolExecutor(16) as clients:
        till.fuse.touch()
        answers = Counter(clients.map(attempt, range(160)))
    assert not till.fuse.exists(), "nobody died"
    assert set(answers) <= {201, 502}
    assert answers[502] < 80, "more than who was in flight at the replica that died"
    assert sorted(till.charged()) == list(range(1, 21))


# -- two versions at once ----------------------------------------------------------


class Version:
    """A home for sessions that keeps JSON: `write` gives it, `read` takes it."""

    def __init__(self, store: Sessions, write: Callable[[str], object], read: Callable[[dict[str, str]], str]) -> None:
        self.store, self.write, self.read, self.down = store, write, read, store.down

    async def save(self, session: str, user: str) -> None:
        await self.store.save(session, json.dumps(self.write(user)))

    async def find(self, session: str) -> str | None:
        kept = await self.store.find(session)
        return kept and self.read(json.loads(kept))

    async def forget(self, session: str) -> None:
        await self.store.forget(session)


VERSIONS = {
    "old": (lambda user: {"user": user}, lambda kept: kept["user"]),
    "renamed": (lambda user: {"name": user}, lambda kept: kept["name"]),
    "careful": (lambda user: {"user": user, "name": user}, lambda kept: kept.get("name", kept["user"])),
}


def version(path: Path, name: str) -> Starlette:
    return make_app(Version(SQLite(path), *VERSIONS[name]))


@pytest.mark.parametrize(("new", "seen"), [("renamed", {200: 40, 500: 40}), ("careful", {200: 80})])
def test_two_versions_serve_the_same_users(new: str, seen: dict[int, int], path: Path) -> None:
    """Two old replicas, two new; each of twenty users logs in at one, and is then served by all four."""
    codes: Counter[int] = Counter()
    with Processes(partial(version, path, "old"), 4) as shop, shop.client() as client:
        for index in (0, 2):
            shop.replicas[index].make_app = partial(version, path, new)
            shop.restart(index)
        for n in range(20):
            client.cookies = httpx2.Cookies()
            shop.served.clear()
            assert client.post(f"/login/user-{n}").status_code == 204
            for _ in range(4):
                reply = client.get("/me")
                assert reply.status_code != 200 or reply.json() == f"user-{n}"
                codes[reply.status_code] += 1
            assert Counter(served.replica for served in shop.served[1:]) == dict.fromkeys(range(4), 1)
    assert codes == seen


def rolled(shop: Processes, *apps: Callable[[], ASGIApp]) -> Counter[int]:
    """What eight users, who log in once and never stop asking, are told while all replicas go from app to app."""
    with Load(shop) as load:
        for app in apps:
            for replica in shop.replicas:
                replica.make_app = app
            shop.roll()
    return load.codes


def test_a_new_version_is_rolled_out_and_back_under_load(path: Path) -> None:
    old, new = (partial(version, path, name) for name in ("old", "careful"))
    with Processes(old, 3) as shop:
        codes = rolled(shop, new, old)
    assert set(codes) == {200}
    assert codes[200] > 100


# -- a secret ------------------------------------------------------------------------


def signing(*secrets: str) -> Starlette:
    """An app whose login is a signed cookie. It accepts each of the secrets and signs by the last, on each reply."""
    signer = TimestampSigner(list(secrets))

    def told(user: str, reply: Response) -> Response:
        cookie = signer.sign(user).decode()
        reply.set_cookie("login", cookie, secure=True, httponly=True, samesite="lax")
        return reply

    async def login(request: Request) -> Response:
        return told(request.path_params["user"], Response(status_code=204))

    async def me(request: Request) -> Response:
        try:
            user = signer.unsign(request.cookies.get("login", ""), max_age=3600).decode()
        except BadSignature:
            return Response(None, 401, {"WWW-Authenticate": "Cookie"})
        return told(user, JSONResponse(user))

    return Starlette(routes=[Route("/login/{user}", login, methods=["POST"]), Route("/me", me)])


def test_a_secret_that_changes_at_once_refuses_who_is_logged_in() -> None:
    """Half of the replicas have the new one: whoever signed, half of the others refuse."""
    with Processes(partial(signing, "old"), 4) as shop, shop.client() as client:
        for index in (0, 1):
            shop.replicas[index].make_app = partial(signing, "new")
            shop.restart(index)
        client.post("/login/ada").raise_for_status()
        cookie = {"cookie": f"login={client.cookies['login']}"}
        client.cookies = httpx2.Cookies()
        codes = []
        for _ in range(8):
            codes.append(client.get("/me", headers=cookie).status_code)
            client.cookies = httpx2.Cookies()
    assert Counter(codes) == {200: 4, 401: 4}


def test_a_secret_is_rotated_in_three_steps_and_nobody_who_visits_is_refused() -> None:
    """First all accept the new one, then all sign by it, then none accepts the old one."""
    steps = [partial(signing, *secrets) for secrets in (["new", "old"], ["old", "new"], ["new"])]
    with Processes(partial(signing, "old"), 2) as shop, shop.client() as away:
        away.post("/login/ada").raise_for_status()
        assert away.get("/me").json() == "ada"
        codes = rolled(shop, *steps)
        assert away.get("/me").status_code == 401, "she did not visit while both were accepted"
        assert away.post("/login/ada").status_code == 204
        assert away.get("/me").json() == "ada"
    assert set(codes) == {200}
    assert codes[200] > 100


# -- a load generator that nobody here wrote -------------------------------------------


class Counting:
    """The shop, which lets the test know of each request that arrives."""

    def __init__(self, path: Path) -> None:
        self.path, self.arrived = path, FORK.Semaphore(0)

    def __call__(self) -> ASGIApp:
        shop = make_app(SQLite(self.path))

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            self.arrived.release()
            await shop(scope, receive, send)

        return app


def test_hey_sees_no_failure_while_a_replica_is_killed(path: Path) -> None:
    hey = shutil.which("hey")
    assert hey, "hey is missing: apt-get install hey"
    app = Counting(path)
    with Processes(app, 3) as shop, shop.client() as client:
        client.post("/login/ada").raise_for_status()
        cookie = f"Cookie: __Host-session={client.cookies['__Host-session']}"
        command = [hey, "-n", "3000", "-c", "30", "-H", cookie, f"{shop.url}/me"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
            for _ in range(600):
                assert app.arrived.acquire(timeout=20)
            shop.kill(1)
            for _ in range(600):
                assert app.arrived.acquire(timeout=20)
            shop.restart(1)
            said, _ = load.communicate(timeout=120)
    assert re.findall(r"\[(\d+)\]\s+(\d+) responses", said) == [("200", "3000")]
    assert "Error distribution" not in said
