"""The charge and its key are committed together, or neither of them is."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS charges (client TEXT, cents INTEGER);
CREATE TABLE IF NOT EXISTS keys (
    client TEXT, key TEXT, asked TEXT, cents INTEGER, until REAL,
    PRIMARY KEY (client, key));
CREATE INDEX IF NOT EXISTS ends ON keys (until);
"""
FIND = "SELECT asked, cents FROM keys WHERE client = ? AND key = ?"


class Charges:
    def __init__(
        self, path: Path, clock: Callable[[], float], lifetime: float = 86_400
    ) -> None:
        self.path, self.clock, self.lifetime = path, clock, lifetime
        with closing(self.connect()) as db:
            db.executescript(TABLES)

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, isolation_level=None)

    def once(
        self, client: str, key: str, asked: str, cents: int
    ) -> tuple[str, int]:
        """What this key has asked for and been charged, now or before."""
        now = self.clock()
        with closing(self.connect()) as db, db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM keys WHERE until <= ?", [now])
            if before := db.execute(FIND, [client, key]).fetchone():
                return before[0], before[1]
            db.execute("INSERT INTO charges VALUES (?, ?)", [client, cents])
            note = [client, key, asked, cents, now + self.lifetime]
            db.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?)", note)
            return asked, cents
