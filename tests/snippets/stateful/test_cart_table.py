"""Two uvicorn processes over one file of carts: nothing is lost, and the limit is the limit of both."""

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from starlette.testclient import TestClient

from hybrid.cluster.processes import Processes
from stateful.carts_and_preferences.cart_table import make_app
from stateless.web_servers.bearer import digest

OWNERS = {digest("a-token"): "Ada", digest("g-token"): "Grace"}
ADA = {"Authorization": "Bearer a-token"}


def test_two_processes_keep_one_limit(tmp_path: Path) -> None:
    path = tmp_path / "carts.db"
    with Processes(lambda: make_app(OWNERS, path, most=20), 2) as cluster, cluster.client(headers=ADA) as ada:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: (n, ada.post(f"/cart/{n}").status_code), range(60)))
        assert Counter(status for _, status in answers) == {201: 20, 409: 40}
        assert {served.replica for served in cluster.served} == {0, 1}
        added = sorted(str(n) for n, status in answers if status == 201)
        assert [sorted(ada.get("/cart").json()) for _ in range(2)] == [added, added]
        assert ada.get("/cart", headers={"Authorization": "Bearer g-token"}).json() == []


def test_a_file_that_is_locked_is_a_503(tmp_path: Path) -> None:
    app = make_app(OWNERS, tmp_path / "carts.db")
    client = TestClient(app, headers=ADA)
    with closing(sqlite3.connect(tmp_path / "carts.db")) as db:
        db.execute("BEGIN IMMEDIATE")
        reply = client.post("/cart/tea")
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert client.get("/cart").json() == []
    assert client.post("/cart/tea").status_code == 201


def test_nobody_is_asked_for_a_token(tmp_path: Path) -> None:
    client = TestClient(make_app(OWNERS, tmp_path / "carts.db"))
    assert [client.get("/cart").status_code, client.post("/cart/tea").status_code] == [401, 401]
    assert client.post("/cart/" + "x" * 65, headers=ADA).status_code == 404
