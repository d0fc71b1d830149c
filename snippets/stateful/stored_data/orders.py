"""Hard state: orders in a file, which no process that ends takes along."""

import sqlite3
from contextlib import closing
from pathlib import Path


class Orders:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.query("PRAGMA journal_mode = WAL")  # who reads waits for nobody
        self.query("CREATE TABLE IF NOT EXISTS orders (item TEXT)")

    def query(self, sql: str, *values: str) -> list[str]:
        with closing(sqlite3.connect(self.path, timeout=10)) as db, db:
            return [item for (item,) in db.execute(sql, values).fetchall()]

    def place(self, item: str) -> None:
        self.query("INSERT INTO orders VALUES (?)", item)

    def all(self) -> list[str]:
        return self.query("SELECT item FROM orders ORDER BY rowid")
