"""Leases and tokens between real processes, and a list that clients try to forge."""

import multiprocessing
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stateful.membership.balancer import Balancer
from stateful.membership.fenced import Fenced, Store
from stateful.membership.growing import grow
from stateful.membership.lease import Leases
from stateful.membership.node import Node
from stateful.membership.registry import Members, Registry, Stale

SPAWN = multiprocessing.get_context("spawn")


def take(path: str, answers: Any) -> None:
    lease = Leases(path, lambda: 0.0).take("cart")
    answers.put(lease.token if lease else 0)


def test_of_eight_processes_that_take_a_lease_at_once_one_gets_it(tmp_path: Path) -> None:
    path = str(tmp_path / "leases.db")
    Leases(path, lambda: 0.0)
    answers = SPAWN.Queue()
    processes = [SPAWN.Process(target=take, args=(path, answers)) for _ in range(8)]
    for process in processes:
        process.start()
    tokens = sorted(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(10)
    assert tokens == [0] * 7 + [1]


def hold(folder: str, steps: Any) -> None:
    """Takes the lease, finds it valid, and is stopped before it writes."""
    lease = Leases(f"{folder}/leases.db", lambda: 0.0).take("cart")
    assert lease
    store = Store(f"{folder}/carts.db")
    store.open("cart", lease.token)
    steps.send("ready")
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        store.save("cart", ["salt"], lease.token)
        steps.send("saved")
    except Fenced:
        steps.send("refused")


def test_a_process_that_was_stopped_past_the_end_of_its_lease_is_refused(tmp_path: Path) -> None:
    steps, its_end = SPAWN.Pipe()
    holder = SPAWN.Process(target=hold, args=(str(tmp_path), its_end), daemon=True)
    holder.start()
    assert holder.pid
    assert steps.poll(60)
    assert steps.recv() == "ready"
    os.waitid(os.P_PID, holder.pid, os.WSTOPPED | os.WNOWAIT)
    lease = Leases(str(tmp_path / "leases.db"), lambda: 60.0).take("cart")
    assert lease
    assert lease.token == 2
    store = Store(str(tmp_path / "carts.db"))
    store.save("cart", [*store.open("cart", 2), "jam"], 2)
    os.kill(holder.pid, signal.SIGCONT)
    assert steps.poll(60)
    assert steps.recv() == "refused"
    holder.join(10)
    assert store.open("cart", 2) == ["jam"]


def test_a_lease_given_back_late_takes_nobody_elses_away(tmp_path: Path) -> None:
    now = [0.0]
    leases = Leases(str(tmp_path / "leases.db"), lambda: now[0])
    first = leases.take("cart")
    now[0] = 20.0
    second = leases.take("cart")
    assert first
    assert second
    leases.end(first)
    assert leases.take("cart") is None
    leases.end(second)
    third = leases.take("cart")
    assert third
    assert third.token == 3


def test_a_lease_that_is_over_is_not_made_longer_by_giving_it_back(tmp_path: Path) -> None:
    now = [0.0]
    leases = Leases(str(tmp_path / "leases.db"), lambda: now[0])
    first = leases.take("cart")
    assert first
    now[0] = 20.0
    leases.end(first)
    now[0] = 15.0  # another machine's clock, a little behind
    assert leases.take("cart")


def test_who_reads_does_not_keep_a_holder_from_writing(tmp_path: Path) -> None:
    store, leases = Store(str(tmp_path / "carts.db")), Leases(str(tmp_path / "leases.db"), lambda: 0.0)
    store.open("cart", 1)
    assert leases.take("other")
    for path, table in ((store.path, "carts"), (leases.path, "leases")):
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("BEGIN")
            reader.execute(f"SELECT * FROM {table}").fetchall()
            store.save("cart", [table], 1)
            assert leases.take(table)
    assert store.open("cart", 1) == ["leases"]


def test_what_a_client_says_about_the_list_is_nothing() -> None:
    registry, nodes = Registry(4), [Node(epoch=1) for _ in range(4)]
    balancer = TestClient(Balancer(registry, nodes))
    for epoch in ("2", "1", "", "1, 1", "é"):
        reply = balancer.post("/carts/ada/tea", headers=[(b"epoch", epoch.encode())])
        assert reply.status_code == 201
    direct = TestClient(nodes[0])
    for sent in ([], [("epoch", "2")], [("epoch", "1"), ("epoch", "1")], [("epoch", "01")]):
        assert direct.get("/carts/ada", headers=sent).status_code == 421


@pytest.mark.parametrize("path", ["/", "/carts", "/carts/", "//", "/carts//tea", "/carts/%00", "/carts/%ed%a0%80"])
def test_a_path_without_a_cart_is_no_error_of_ours(path: str) -> None:
    balancer = TestClient(Balancer(Registry(2), [Node(1), Node(1)]))
    assert balancer.get(path).status_code < 500


def test_two_who_grow_at_once_do_not_both_succeed() -> None:
    registry, nodes = Registry(2), [Node(1), Node(1)]
    seen = registry.members
    grow(registry, nodes)
    with pytest.raises(Stale):
        registry.change(seen, (0, 1, 3))
    assert registry.members == Members(2, (0, 1, 2))
