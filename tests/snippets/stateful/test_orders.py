"""The orders of both shops: so many, a page at a time, and in a file that others write to as well."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from stateful.session_servers.sqlite import SQLite
from stateful.stored_data import shared_shop, shop
from stateful.stored_data.orders import Orders

Make = Callable[..., TestClient]


def noon() -> float:
    return 43_200.0


@pytest.fixture(params=["shop", "shared_shop"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    def client(**limits: float) -> TestClient:
        orders = Orders(tmp_path / "orders.db", **limits)  # type: ignore[arg-type]
        if request.param == "shop":
            app: Starlette = shop.make_app(orders)
        else:
            app = shared_shop.make_app(orders, SQLite(tmp_path / "carts.db", noon), noon)
        return TestClient(app, "https://shop.example", raise_server_exceptions=False)

    return client


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process is in the middle of an order."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO orders (item) VALUES ('half')")
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        yield


def test_orders_are_read_while_another_process_writes(tmp_path: Path) -> None:
    orders = Orders(tmp_path / "orders.db")
    assert orders.place("tea") == 1
    with held(tmp_path / "orders.db"):
        assert orders.page() == {1: "tea"}
        assert orders.sold() == {"tea": 1}


def test_who_orders_meanwhile_is_told_to_come_again_and_nothing_was_ordered(make: Make, tmp_path: Path) -> None:
    client = make(wait=0.05)
    with held(tmp_path / "orders.db"):
        reply = client.post("/orders/tea")
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert reply.text == "Nothing was done. Come again."
        assert client.get("/").json() == {"hard": [], "soft": {}, "session": []}
    assert [client.post("/orders/tea").json() for _ in range(2)] == [1, 2]


def test_beyond_the_limit_nothing_is_kept_and_nothing_is_lost(make: Make) -> None:
    client = make(most=2)
    replies = [client.post(f"/orders/{item}") for item in ("tea", "jam", "tea", "salt")]
    assert [reply.status_code for reply in replies] == [201, 201, 503, 503]
    assert (replies[2].text, "retry-after" in replies[2].headers) == ("No more orders are taken.", False)
    assert client.get("/").json() == {"hard": ["tea", "jam"], "soft": {"jam": 1, "tea": 1}, "session": []}


def test_it_is_a_thousand_where_nobody_says_how_many(tmp_path: Path) -> None:
    assert Orders(tmp_path / "orders.db").most == 1000


def test_the_pages_are_the_whole_list_once(make: Make) -> None:
    client, placed = make(), [f"item {n % 7}" for n in range(230)]
    for item in placed:
        client.post(f"/orders/{item}")
    address, found, pages = "/", list[str](), 0
    while address:
        page = client.get(address).json()
        found, pages, address = found + page["hard"], pages + 1, page.get("next", "")
        assert set(page["soft"]) == set(page["hard"])
        assert all(page["soft"][item] == placed.count(item) for item in page["hard"])
    assert (found, pages) == (placed, 3)


def test_an_order_that_comes_meanwhile_moves_no_page(make: Make) -> None:
    client = make()
    for item in ("tea", "jam", "salt"):
        client.post(f"/orders/{item}")
    first = client.get("/?limit=2").json()
    client.post("/orders/milk")
    assert first["hard"] + client.get(first["next"]).json()["hard"] == ["tea", "jam", "salt", "milk"]


def test_a_page_is_never_more_than_a_hundred(make: Make) -> None:
    client = make()
    for _ in range(102):
        client.post("/orders/tea")
    assert [len(client.get(f"/?limit={n}").json()["hard"]) for n in (1, 99, 100, 101, 10**17)] == [1, 99, 100, 100, 100]
    assert client.get("/?limit=101").json()["next"] == "/?after=100&limit=100"
    assert client.get(f"/?after={10**18 - 1}").json() == {"hard": [], "soft": {}, "session": []}


BAD = ["limit=0", "limit=-1", "limit=", "limit=x", "limit=1e2", "limit=1.0", "limit=+1", "limit=%D9%A3", "limit=%C2%B2"]
BAD += ["after=-1", "after=", "after=x", "after=None", "after=1&after=2", "limit=1&limit=1", "limit=1%0a", "limit=%201"]
BAD += ["limit=" + "9" * 19, "after=" + "9" * 5000, "after=1_0", "after=0x1"]


@pytest.mark.parametrize("query", BAD)
def test_what_is_no_such_number_is_refused(query: str, make: Make) -> None:
    reply = make().get(f"/?{query}")
    assert (reply.status_code, "one number" in reply.text) == (400, True)
