"""What is kept in a file: links, carts, an account, tickets, a shop."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from starlette.datastructures import State
from starlette.testclient import TestClient

from stateful.carts_and_preferences import cart_table, shared_table
from stateful.carts_and_preferences.link_table import LinkTable
from stateful.non_idempotent import account, account_table
from stateful.non_idempotent.door import Limits
from stateful.session_servers.sqlite import SQLite
from stateful.stored_data import shared_shop, ticket_table, tickets
from stateful.stored_data.orders import Orders
from stateless.web_servers.bearer import digest

OWNERS = {digest("a-token"): "Ada", digest("g-token"): "Grace"}
ADA, GRACE = ({"Authorization": f"Bearer {token}"} for token in ("a-token", "g-token"))


def noon() -> float:
    return 43_200.0


# -- links -----------------------------------------------------------------------


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
    again = client.post("/link", headers=ADA)
    assert again.status_code == 201
    for reply in [again, *replies[:3]]:
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


# -- carts -----------------------------------------------------------------------


def test_there_is_room_for_a_hundred_items(tmp_path: Path) -> None:
    client = TestClient(cart_table.make_app(OWNERS, tmp_path / "carts.db"), headers=ADA)
    assert [client.post("/cart/tea").status_code for _ in range(102)] == [201] * 100 + [409] * 2


# -- an account --------------------------------------------------------------------


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


def test_an_account_has_the_limits_that_it_is_given(tmp_path: Path) -> None:
    client = TestClient(account_table.make_app(tmp_path / "account.db", Limits(items=1)))
    assert [client.post("/cart/tea").status_code for _ in range(2)] == [200, 409]
    assert client.get("/").json() == {**account.NEW, "cart": ["tea"]}


# -- tickets ------------------------------------------------------------------------


def test_a_process_that_starts_later_goes_on_with_the_roll(tmp_path: Path) -> None:
    replies = [TestClient(ticket_table.make_app(tmp_path / "roll.db")).post("/tickets") for _ in range(3)]
    assert [(reply.status_code, reply.json()) for reply in replies] == [(201, 1), (201, 2), (201, 3)]


@pytest.mark.parametrize("kind", ["list", "table"])
def test_a_roll_has_an_end(kind: str, tmp_path: Path) -> None:
    app = tickets.make_app(most=2) if kind == "list" else ticket_table.make_app(tmp_path / "roll.db", 2)
    replies = [TestClient(app).post("/tickets") for _ in range(4)]
    end = 503, "the roll has come to its end"
    assert [(reply.status_code, reply.json()) for reply in replies] == [(201, 1), (201, 2), end, end]


# -- a shop --------------------------------------------------------------------------


def test_another_site_fills_no_cart_and_orders_nothing(tmp_path: Path) -> None:
    app = shared_shop.make_app(Orders(tmp_path / "sold.db"), SQLite(tmp_path / "carts.db", noon), noon)
    client = TestClient(app, "https://shop.example", headers={"Sec-Fetch-Site": "cross-site"})
    assert [client.post(path).status_code for path in ("/cart/salt", "/orders/tea")] == [403, 403]
    assert client.get("/").json() == {"hard": [], "soft": {}, "session": []}
    same = TestClient(app, "https://shop.example")
    assert [same.post(f"/orders/{item}").status_code for item in ("tea", "x" * 65)] == [201, 404]
