"""The charge and its key are committed together, or neither of them is."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException

TABLES = """PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS charges (client TEXT, cents INTEGER);
CREATE TABLE IF NOT EXISTS keys (client TEXT, key TEXT, asked TEXT,
    cents INTEGER, until REAL, PRIMARY KEY (client, key));
CREATE INDEX IF NOT EXISTS ends ON keys (until)"""
FIND = "SELECT asked, cents FROM keys WHERE client = ? AND key = ?"
USED = "SELECT count(*) FROM keys WHERE client = ?"


@dataclass
class Charges:
    path: Path
    clock: Callable[[], float]
    lifetime: float = 86_400
    most: int = 1000  # keys of one client
    wait: float = 5  # seconds, where others hold the file

    def __post_init__(self) -> None:
        with closing(self.connect()) as db:
            db.executescript(TABLES)

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, self.wait, isolation_level=None)

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
            if db.execute(USED, [client]).fetchone()[0] >= self.most:
                raise HTTPException(429, "too many keys are kept")
            db.execute("INSERT INTO charges VALUES (?, ?)", [client, cents])
            note = [client, key, asked, cents, now + self.lifetime]
            db.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?)", note)
            return asked, cents
