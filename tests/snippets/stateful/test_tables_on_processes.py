"""What two processes keep apart, and what they keep together in a file: links, an account, tickets, a shop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from hybrid.cluster.processes import Processes
from stateful.carts_and_preferences import shared_cart, shared_table
from stateful.carts_and_preferences.links import Links
from stateful.non_idempotent import account, account_table
from stateful.non_idempotent.door import Limits
from stateful.session_servers.sqlite import SQLite
from stateful.stored_data import shared_shop, shop, ticket_table, tickets
from stateful.stored_data.orders import Orders
from stateless.web_servers.bearer import digest

OWNERS = {digest("a-token"): "Ada"}
ADA = {"Authorization": "Bearer a-token"}
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
    with Processes(make_app, 2) as cluster, cluster.client(headers=ADA) as ada, cluster.client() as friend:
        link = ada.post(link_of_cart).headers["location"]
        made = {friend.get(link).status_code for _ in range(2)}
        assert ada.delete(link_of_cart).status_code == 204
        assert [served.replica for served in cluster.served] in ([0, 1, 0, 1], [1, 0, 1, 0])
        return [made, {friend.get(link).status_code for _ in range(2)}]


def test_a_link_that_one_process_ends_has_ended_at_both(tmp_path: Path) -> None:
    def in_dict() -> Starlette:
        return shared_cart.make_app(OWNERS, {"Ada": {"c": ["tea"]}}, Links(noon))

    assert followed(in_dict, "/links/c") == [{200, 404}, {200, 404}]
    assert followed(lambda: shared_table.make_app(OWNERS, tmp_path / "carts.db", noon), "/link") == [{200}, {404}]


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
        return shared_shop.make_app(Orders(tmp_path / "sold.db"), SQLite(tmp_path / "carts.db", noon), noon)

    whole = {"hard": ["tea"] * 4 + ["jam"], "soft": {"jam": 1, "tea": 4}, "session": ["salt"]}
    assert seen(together) == ([1, 2, 3, 4], [whole, whole])
    sold, looks = seen(lambda: shop.make_app(Orders(tmp_path / "other.db")))
    assert sold != [1, 2, 3, 4]
    assert looks[0] != looks[1]
    assert all(look["hard"] == whole["hard"] for look in looks)
