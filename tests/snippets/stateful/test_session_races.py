"""Logins against late writes, on real uvicorn processes over one SQLite file."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from time import time

import httpx2
from starlette.applications import Starlette

from hybrid.cluster.children import stop
from hybrid.cluster.replica import Replica
from stateful.session_servers import shop
from stateful.session_servers.limits import Limits
from stateful.session_servers.sqlite import SQLite

COOKIE = "__Host-session"
LIMITS = Limits(keys=("cart",), visits=10_000)


async def told(client: httpx2.AsyncClient, address: str, call: str, name: str = "") -> httpx2.Response:
    """One request; the client sends no cookie of its own, since these are Secure and this is http."""
    headers = {"Cookie": f"{COOKIE}={name}"} if name else {}
    method, path = call.split()
    return await client.request(method, f"http://{address}{path}", headers=headers)


def issued(reply: httpx2.Response) -> str:
    """The name that the reply sets; nothing, where it sets none."""
    line = reply.headers.get("set-cookie", "")
    return line.partition("=")[2].partition(";")[0]


async def one_login(client: httpx2.AsyncClient, address: str) -> bool:
    """A write of the same browser is under way; whether the login stands, whichever reply comes last."""
    old = issued(await told(client, address, "POST /cart/tea"))
    write, login = await asyncio.gather(
        told(client, address, "POST /cart/jam", old), told(client, address, "POST /login/ada", old)
    )
    assert write.status_code in {201, 409}
    return (
        login.status_code == 204
        and not issued(write)
        and (await told(client, address, "GET /me", issued(login))).is_success
    )


def test_200_of_200_logins_survive_a_concurrent_write(tmp_path: Path) -> None:
    def make_app() -> Starlette:
        return shop.make_app(SQLite(tmp_path / "sessions.db", time), time, LIMITS)

    async def run(address: str) -> int:
        kept = 0
        async with httpx2.AsyncClient(timeout=60) as client:
            for _ in range(20):
                kept += sum(await asyncio.gather(*(one_login(client, address) for _ in range(10))))
        return kept

    replica = Replica(make_app)
    try:
        assert asyncio.run(run(replica.address)) == 200
    finally:
        stop(replica.process)
        replica.kept.close()


def test_none_of_1500_requests_fails_under_four_processes(tmp_path: Path) -> None:
    def make_app() -> Starlette:
        return shop.make_app(SQLite(tmp_path / "sessions.db", time), time, LIMITS)

    async def user(client: httpx2.AsyncClient, number: int, addresses: list[str]) -> list[int]:
        login = await told(client, addresses[number % 4], f"POST /login/user{number}")
        name, statuses = issued(login), [login.status_code]
        for step in range(24):
            call = "POST /cart/tea" if step % 2 else "GET /me"
            statuses.append((await told(client, addresses[(number + step) % 4], call, name)).status_code)
        return statuses

    async def run(addresses: list[str]) -> list[int]:
        async with httpx2.AsyncClient(timeout=60) as client:
            users = await asyncio.gather(*(user(client, number, addresses) for number in range(60)))
        return [status for statuses in users for status in statuses]

    replicas = [Replica(make_app) for _ in range(4)]
    try:
        statuses = asyncio.run(run([replica.address for replica in replicas]))
    finally:
        stop(*(replica.process for replica in replicas))
        for replica in replicas:
            replica.kept.close()
    assert len(statuses) == 1500
    assert not [status for status in statuses if status >= 300]


def test_an_account_has_so_many_sessions_whichever_process_it_asks(tmp_path: Path) -> None:
    path, limits = tmp_path / "sessions.db", Limits(sessions=3)

    def make_app() -> Starlette:
        return shop.make_app(SQLite(path, time), time, limits)

    async def live(addresses: list[str]) -> tuple[int, int]:
        """How many names are Ada's after 80 logins, 16 at a time; and Grace's, who logged in before them."""
        names = []
        async with httpx2.AsyncClient(timeout=60) as client:
            grace = issued(await told(client, addresses[0], "POST /login/grace"))
            for _ in range(5):
                calls = (told(client, addresses[number % 4], "POST /login/ada") for number in range(16))
                names += [issued(reply) for reply in await asyncio.gather(*calls) if reply.status_code == 204]
            asked = [await told(client, addresses[0], "GET /me", name) for name in [*names, grace]]
        *adas, graces = [reply.status_code == 200 for reply in asked]
        return sum(adas), graces

    replicas = [Replica(make_app) for _ in range(4)]
    try:
        assert asyncio.run(live([replica.address for replica in replicas])) == (3, True)
    finally:
        stop(*(replica.process for replica in replicas))
        for replica in replicas:
            replica.kept.close()
    with closing(sqlite3.connect(path)) as db:
        [(rows,)] = db.execute("SELECT count(*) FROM sessions WHERE key NOT LIKE 'account-%'")
    assert rows == 4
