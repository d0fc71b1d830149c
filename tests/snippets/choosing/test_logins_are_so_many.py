"""Logins that ask for no password are so many and no more: a 429, and who was logged in still is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from choosing.complexity import in_dict, in_store
from choosing.complexity.sessions import Sessions as Table
from choosing.complexity.sessions import create as create_table
from hybrid.index import shop
from hybrid.index.copied import Copied
from hybrid.index.memory import ProcessMemory
from hybrid.index.stores import SQLite, create
from start.break_a_cluster import login

Make = Callable[[Path, int], Starlette]


def stored(path: Path, most: int) -> Starlette:
    create_table(str(path))
    return in_store.make_app(str(path), most)


def in_file(path: Path, most: int) -> Starlette:
    create(path)
    return shop.make_app(SQLite(path, most))


APPS: dict[str, Make] = {
    "choosing/complexity/in_dict.py": lambda _, most: in_dict.make_app(most),
    "choosing/complexity/in_store.py": stored,
    "hybrid/index/shop.py, a process": lambda _, most: shop.make_app(ProcessMemory(most)),
    "hybrid/index/shop.py, a file": in_file,
    "start/break_a_cluster/login.py": lambda _, most: login.make_app(login.Memory(most)),
}


WITH_LOGOUT = [name for name in APPS if name != "start/break_a_cluster/login.py"]


@pytest.fixture(params=APPS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[int], Starlette]:
    return partial(APPS[request.param], tmp_path / "sessions.db")


def logging_in(app: Starlette) -> tuple[TestClient, Callable[[], int]]:
    client = TestClient(app, "https://shop.example")
    path = "/login" if any(getattr(route, "path", "") == "/login" for route in app.routes) else "/login/ada"
    return client, lambda: client.post(path).status_code


def test_one_login_too_many_is_refused_and_ends_nobody_s(make: Callable[[int], Starlette]) -> None:
    app = make(2)
    (ada, first), (grace, second), (eve, third) = (logging_in(app) for _ in range(3))
    assert [first(), second(), third()] == [204, 204, 429]
    assert [each.get("/me").status_code for each in (ada, grace, eve)] == [200, 200, 401]
    assert not eve.cookies


@pytest.mark.parametrize("make", WITH_LOGOUT, indirect=True)
def test_who_logs_out_makes_room(make: Callable[[int], Starlette]) -> None:
    app = make(1)
    (ada, first), (grace, second) = (logging_in(app) for _ in range(2))
    assert [first(), second()] == [204, 429]
    assert ada.post("/logout").status_code == 204
    assert [second(), grace.get("/me").status_code, first()] == [204, 200, 429]


def test_who_logs_in_again_takes_no_second_place() -> None:
    _, again = logging_in(in_dict.make_app(1))
    assert [again() for _ in range(3)] == [204] * 3


@pytest.mark.parametrize("make", [in_file, stored], ids=["a file", "a table"])
def test_a_new_login_ends_the_one_before(make: Make, tmp_path: Path) -> None:
    client, again = logging_in(make(tmp_path / "sessions.db", 2))
    assert [again(), again(), again()] == [204] * 3
    assert client.get("/me").status_code == 200


def test_it_is_a_thousand_where_nobody_says_how_many(tmp_path: Path) -> None:
    assert in_dict.make_app().state.most == login.Memory().most == 1000
    assert in_store.make_app("sessions.db").state.sessions.most == Table("sessions.db").most == 1000
    assert ProcessMemory().most == Copied().most == SQLite(tmp_path / "sessions.db").most == 1000


def test_all_at_once_are_no_more_than_one_after_another(tmp_path: Path) -> None:
    create(tmp_path / "sessions.db")
    store = SQLite(tmp_path / "sessions.db", 3)

    async def all_at_once() -> list[BaseException | None]:
        saves = (store.save(f"name {number}", "ada") for number in range(12))
        return await asyncio.gather(*saves, return_exceptions=True)

    assert sorted(str(told) for told in asyncio.run(all_at_once())) == ["429: Too Many Requests"] * 9 + ["None"] * 3
