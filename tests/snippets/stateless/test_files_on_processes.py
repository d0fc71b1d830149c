"""What two processes keep apart, and what they keep together in a file: a removal, a counter, prices."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from starlette.applications import Starlette

from hybrid.cluster.processes import Processes
from stateful.carts_and_preferences.cart_table import ADD, ITEMS
from stateful.carts_and_preferences.one_file import create, run
from stateless.idempotent import removal, removal_table
from stateless.no_stored_data import kept, price_table
from stateless.no_stored_data.prices import Store
from stateless.scalable import compare_and_swap
from stateless.scalable.counter import Counter as InMemory
from stateless.scalable.sqlite_counter import SQLiteCounter

Make = Callable[[], Starlette]


def at_once(make_app: Make, *calls: str) -> list[tuple[int, str]]:
    """What two processes answer to these calls, which eight clients send at the same time."""
    with Processes(make_app, 2) as cluster, cluster.client() as client, ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda call: client.request(*call.split()), calls))
        assert {served.replica for served in cluster.served} == {0, 1}
        return [(reply.status_code, reply.text) for reply in replies]


def test_of_all_who_remove_a_cart_one_has_removed_it(tmp_path: Path) -> None:
    path, owners = tmp_path / "carts.db", [f"user-{n}" for n in range(10)]
    create(path, ITEMS)
    for owner in owners:
        for item in ("tea", "jam"):
            run(path, ADD, {"owner": owner, "item": item, "most": 2})
    calls = [f"DELETE /carts/{owner}" for owner in owners for _ in range(8)]
    answers = at_once(lambda: removal_table.make_app(path), *calls)
    assert Counter(answers) == {(204, ""): 10, (404, ""): 70}
    in_dicts = at_once(lambda: removal.make_app({owner: ["tea"] for owner in owners}), *calls)
    assert Counter(in_dicts)[204, ""] > 10


def test_two_processes_swap_at_one_counter(tmp_path: Path) -> None:
    visits, path = ["POST /visits"] * 60, tmp_path / "visits.db"
    answers = at_once(lambda: compare_and_swap.make_app(SQLiteCounter(path)), *visits)
    assert sorted(int(text) for _, text in answers) == list(range(1, 61))
    assert asyncio.run(SQLiteCounter(path).look()) == (60, 60)
    apart = at_once(lambda: compare_and_swap.make_app(InMemory()), *visits)
    assert Counter(apart)[200, "1"] == 2


def prices(make_app: Make) -> list[str]:
    """What two processes say in turn after each change of a price, which goes to one of them."""
    told = []
    with Processes(make_app, 2) as cluster, cluster.client() as client:
        for cents in (250, 300, 250):
            assert client.put(f"/prices/tea/{cents}").status_code == 204
            told += [client.get("/prices/tea").text for _ in range(2)]
        assert {served.replica for served in cluster.served} == {0, 1}
    return told


def test_a_price_that_one_process_changes_is_the_price_at_both(tmp_path: Path) -> None:
    first, second = '"250 cents"', '"300 cents"'
    told = prices(lambda: price_table.make_app(tmp_path / "prices.db"))
    assert told == [first, first, second, second, first, first]
    assert "" in prices(lambda: kept.make_app(Store()))
