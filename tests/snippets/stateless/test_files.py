"""What is kept in a file: carts that are removed, a counter, prices."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from starlette.testclient import TestClient

from stateful.carts_and_preferences.cart_table import ADD
from stateful.carts_and_preferences.one_file import run
from stateless.idempotent import removal_table
from stateless.no_stored_data import price_table
from stateless.scalable.sqlite_counter import SQLiteCounter


def test_a_removal_takes_one_cart_whole_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "carts.db"
    client = TestClient(removal_table.make_app(path))
    for owner, item in (("ada", "tea"), ("ada", "jam"), ("grace", "salt")):
        run(path, ADD, {"owner": owner, "item": item, "most": 2})
    assert client.get("/carts/ada").json() == ["tea", "jam"]
    assert client.delete("/carts/ada").status_code == 204
    replies = [client.get(f"/carts/{owner}") for owner in ("ada", "grace", "x" * 65)]
    assert [(reply.status_code, reply.text) for reply in replies[:2]] == [(404, "null"), (200, '["salt"]')]
    assert replies[2].status_code == client.delete(f"/carts/{'x' * 65}").status_code == 404


def test_a_version_is_compared_and_not_a_value(tmp_path: Path) -> None:
    first, second = (SQLiteCounter(tmp_path / "visits.db") for _ in range(2))

    async def swaps() -> list[object]:
        return [
            await first.look(),
            await first.swap(0, 5),
            await second.swap(0, 9),
            await second.look(),
            await second.swap(1, 0),  # the value that was there at first, at another version
            await first.swap(0, 9),
            await first.look(),
        ]

    assert asyncio.run(swaps()) == [(0, 0), True, False, (5, 1), True, False, (0, 2)]


def test_a_memo_is_used_until_the_edition_changes(tmp_path: Path) -> None:
    path = tmp_path / "prices.db"
    clients = [TestClient(price_table.make_app(path)) for _ in range(2)]
    for item in ("tea", "jam"):
        assert clients[0].put(f"/prices/{item}/1").status_code == 204
    assert [client.get("/prices/tea").text for client in clients] == ['"1 cents"'] * 2
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute("SELECT * FROM prices ORDER BY edition").fetchall() == [("tea", 1, 1), ("jam", 1, 2)]
        db.execute("UPDATE prices SET cents = 7")  # without an edition, which no program does
    assert [client.get("/prices/tea").text for client in clients] == ['"1 cents"'] * 2
    assert clients[0].put("/prices/jam/2").status_code == 204
    assert [client.get("/prices/tea").text for client in clients] == ['"7 cents"'] * 2


def test_there_is_an_end_to_prices_at_both_processes(tmp_path: Path) -> None:
    path = tmp_path / "prices.db"
    small, other = (TestClient(price_table.make_app(path, 2)) for _ in range(2))
    puts = [(small, "tea"), (other, "jam"), (small, "salt"), (other, "tea"), (small, "x" * 65)]
    assert [client.put(f"/prices/{item}/1").status_code for client, item in puts] == [204, 204, 409, 204, 404]
    assert [small.get(f"/prices/{item}").status_code for item in ("tea", "salt", "x" * 65)] == [200, 404, 404]
    assert [small.put(f"/prices/tea/{cents}").status_code for cents in ("9" * 9, "9" * 10, "-1")] == [204, 404, 404]
    usual = TestClient(price_table.make_app(tmp_path / "usual.db"))
    with closing(sqlite3.connect(tmp_path / "usual.db")) as db, db:
        db.executemany("INSERT INTO prices VALUES (?, 1, ?)", [(f"item-{n}", n) for n in range(1, 1000)])
    assert [usual.put(f"/prices/{item}/1").status_code for item in ("tea", "jam", "tea")] == [204, 409, 204]
