"""A lease on a key: one holder, for a time, with a token that grows."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

LEASES = """CREATE TABLE IF NOT EXISTS leases
(key TEXT PRIMARY KEY, until REAL NOT NULL, token INTEGER NOT NULL)"""

TAKE = """INSERT INTO leases VALUES (:key, :until, 1)
ON CONFLICT (key) DO UPDATE SET until = :until, token = token + 1
WHERE until <= :now RETURNING token"""

END = """UPDATE leases SET until = min(until, :now)
WHERE key = :key AND token = :token"""


class Lease(NamedTuple):
    key: str
    token: int
    until: float


class Leases:
    """In a file, so that every process on this machine can take one."""

    def __init__(
        self, path: str, clock: Callable[[], float], life: float = 10
    ) -> None:
        self.path, self.clock, self.life = path, clock, life
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(LEASES)

    def take(self, key: str) -> Lease | None:
        """None while somebody else has it."""
        now = self.clock()
        until = now + self.life
        given = {"key": key, "now": now, "until": until}
        with closing(sqlite3.connect(self.path)) as db, db:
            row = db.execute(TAKE, given).fetchone()
        return Lease(key, row[0], until) if row else None

    def end(self, lease: Lease) -> None:
        """Give it back early; without effect if it is somebody else's now."""
        given = {"now": self.clock(), "key": lease.key, "token": lease.token}
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(END, given)
