"""What two processes keep apart, and what they keep together in a file: links, an account, tickets, a shop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.testclient import TestClient

from hybrid.cluster.processes import Processes
from stateful.carts_and_preferences import shared_cart, shared_table
from stateful.carts_and_preferences.link_table import LinkTable
from stateful.carts_and_preferences.links import Links
from stateful.non_idempotent import account, account_table
from stateful.non_idempotent.door import Limits
from stateful.session_servers.sqlite import SQLite
from stateful.stored_data import shared_shop, shop, ticket_table, tickets
from stateful.stored_data.orders import Orders
from stateless.web_servers.bearer import digest

OWNERS = {digest("a-token"): "Ada", digest("g-token"): "Grace"}
ADA, GRACE = ({"Authorization": f"Bearer {token}"} for token in ("a-token", "g-token"))
Make = Callable[[], Starlette]


def at_once(make_app: Make, *calls: str) -> list[Any]:
    """What two processes answer to these calls, which eight clients send at the same time."""
    with Processes(make_app, 2) as cluster, cluster.client() as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda call: client.request(*call.split()).json(), calls))
        assert {served.replica for served in cluster.served} == {0, 1}
        return answers


def noon() -> float:
    return 43_200.0


# -- links -----------------------------------------------------------------------


def followed(make_app: Make, link_of_cart: str) -> list[set[int]]:
    """What a link is at two processes, once it is made, and once the other of them has revoked it."""
    with (
        Processes(make_app, 2) as cluster,
        cluster.client(headers=ADA) as ada,
        cluster.client() as friend,
    ):
        link = ada.post(link_of_cart).headers["location"]
        made = {friend.get(link).status_code for _ in range(2)}
        assert ada.delete(link_of_cart).status_code == 204
        assert [served.replica for served in cluster.served] in ([0, 1, 0, 1], [1, 0, 1, 0])
        return [made, {friend.get(link).status_code for _ in range(2)}]


def test_a_link_that_one_process_ends_has_ended_at_both(tmp_path: Path) -> None:
    in_dict: Make = lambda: shared_cart.make_app(OWNERS, {"Ada": {"c": ["tea"]}}, Links(noon))  # noqa: E731
    assert followed(in_dict, "/links/c") == [{200, 404}, {200, 404}]
    in_file: Make = lambda: shared_table.make_app(OWNERS, tmp_path / "carts.db", noon)  # noqa: E731
    assert followed(in_file, "/link") == [{200}, {404}]


def test_a_link_opens_its_owners_cart_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "carts.db"
    client = TestClient(shared_table.make_app(OWNERS, path, noon))
    client.post("/cart/tea", headers=ADA)
    client.post("/cart/jam", headers=GRACE)
    links = [client.post("/link", headers=user).headers["location"] for user in (ADA, GRACE)]
    assert [client.get(link).json() for link in links] == [["tea"], ["jam"]]
    assert [client.request(method, "/link").status_code for method in ("POST", "DELETE")] == [401, 401]
    assert client.delete("/link", headers=GRACE).status_code == 204
    replies = [client.get(link) for link in (*links, "/shared/guess", "/shared/" + "x" * 65)]
    assert [reply.status_code for reply in replies] == [200, 404, 404, 404]
    for reply in [client.post("/link", headers=ADA), *replies[:3]]:
        assert (reply.headers["cache-control"], reply.headers["referrer-policy"]) == ("no-store", "no-referrer")


def test_what_the_table_has_of_a_link_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "carts.db"
    client = TestClient(shared_table.make_app(OWNERS, path, noon))
    secret = client.post("/link", headers=ADA).headers["location"].removeprefix("/shared/")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT * FROM links").fetchall() == [("Ada", digest(secret), 43_200 + 86_400)]
    assert len(secret) >= 43
    assert client.get(f"/shared/{digest(secret)}").status_code == 404


def test_a_link_ends_after_its_day_for_good_and_a_new_one_ends_the_old(tmp_path: Path) -> None:
    now = 0.0
    links = LinkTable(tmp_path / "carts.db", lambda: now)

    def found(secret: str) -> str | None:
        return asyncio.run(links.find(secret))

    old, new = (asyncio.run(links.renew("Ada")) for _ in range(2))
    assert (found(old), found(new)) == (None, "Ada")
    now = 86_399
    assert found(new) == "Ada"
    now = 86_400
    assert found(new) is None
    now = 0
    assert found(new) is None


# -- an account --------------------------------------------------------------------


def test_an_account_of_two_processes_loses_no_change(tmp_path: Path) -> None:
    visits = ["POST /visits/1"] * 120
    assert sorted(at_once(lambda: account_table.make_app(tmp_path / "one.db"), *visits)) == list(range(1, 121))
    apart = at_once(account.make_app, *visits)
    assert max(apart) < 120
    assert Counter(apart)[1] == 2


def test_an_account_of_two_processes_has_one_limit(tmp_path: Path) -> None:
    items = ["POST /cart/tea"] * 30

    def in_file() -> Starlette:
        return account_table.make_app(tmp_path / "account.db", Limits(items=10))

    assert at_once(in_file, *items).count("full") == 20
    assert TestClient(in_file()).get("/").json() == {**account.NEW, "cart": ["tea"] * 10}
    assert at_once(lambda: account.make_app(Limits(items=10)), *items).count("full") < 20


def test_each_change_is_the_one_of_the_account_in_memory(tmp_path: Path) -> None:
    calls = ["PUT /theme/dark", "POST /best/7", "PUT /wishes/tea", "DELETE /wishes/jam", "POST /cart/x", "POST /gift"]
    calls += ["POST /best/-1", "POST /visits/" + "9" * 5000, "PUT /theme/" + "x" * 65, "POST /visits/1000000000"]
    clients = [TestClient(app) for app in (account.make_app(), account_table.make_app(tmp_path / "account.db"))]
    for call in [*calls, "POST /visits/1"]:
        first, second = [client.request(*call.split()) for client in clients]
        assert (first.status_code, first.text) == (second.status_code, second.text), call
        assert clients[0].get("/").json() == clients[1].get("/").json(), call
    assert second.status_code == 409


def test_nobody_else_writes_between_the_reading_and_the_change(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    account_table.make_app(path)

    def meanwhile(kept: int) -> int:
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
        return kept + 1

    assert account_table.locked(State({"path": path, "limits": Limits()}), "visits", meanwhile) == 1
    assert TestClient(account_table.make_app(path)).get("/").json()["visits"] == 1


# -- tickets ------------------------------------------------------------------------


def test_two_processes_draw_each_ticket_once(tmp_path: Path) -> None:
    draws, path = ["POST /tickets"] * 60, tmp_path / "roll.db"
    assert sorted(at_once(lambda: ticket_table.make_app(path), *draws)) == list(range(1, 61))
    assert Counter(at_once(tickets.make_app, *draws))[1] == 2
    reply = TestClient(ticket_table.make_app(path)).post("/tickets")
    assert (reply.status_code, reply.json()) == (201, 61)


# -- a shop --------------------------------------------------------------------------


def seen(make_app: Make) -> tuple[list[int], list[Any]]:
    """What four orders were answered, and what each of two processes says then."""
    with Processes(make_app, 2) as cluster, cluster.client() as ada:
        assert ada.post("/cart/salt").json() == ["salt"]
        sold = [ada.post("/orders/tea").json() for _ in range(4)]
        assert ada.post("/orders/jam").json() == 1
        looks = [ada.get("/").json() for _ in range(2)]
        assert {served.replica for served in cluster.served} == {0, 1}
        return sold, looks


def test_two_processes_are_one_shop(tmp_path: Path) -> None:
    def together() -> Starlette:
        return shared_shop.make_app(tmp_path / "sold.db", SQLite(tmp_path / "carts.db", noon), noon)

    whole = {"hard": ["tea"] * 4 + ["jam"], "soft": {"jam": 1, "tea": 4}, "session": ["salt"]}
    assert seen(together) == ([1, 2, 3, 4], [whole, whole])
    sold, looks = seen(lambda: shop.make_app(Orders(tmp_path / "other.db")))
    assert sold != [1, 2, 3, 4]
    assert looks[0] != looks[1]
    assert all(look["hard"] == whole["hard"] for look in looks)


def test_another_site_fills_no_cart_and_orders_nothing(tmp_path: Path) -> None:
    app = shared_shop.make_app(tmp_path / "sold.db", SQLite(tmp_path / "carts.db", noon), noon)
    client = TestClient(app, "https://shop.example", headers={"Sec-Fetch-Site": "cross-site"})
    assert [client.post(path).status_code for path in ("/cart/salt", "/orders/tea")] == [403, 403]
    assert client.get("/").json() == {"hard": [], "soft": {}, "session": []}
    same = TestClient(app, "https://shop.example")
    assert [same.post(f"/orders/{item}").status_code for item in ("tea", "x" * 65)] == [201, 404]
