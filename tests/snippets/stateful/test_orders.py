"""The orders' file: who writes keeps nobody from reading."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from stateful.stored_data.orders import Orders


def test_orders_are_read_while_another_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    orders = Orders(path)
    orders.place("tea")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO orders VALUES ('half')")
        assert orders.all() == ["tea"]
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
