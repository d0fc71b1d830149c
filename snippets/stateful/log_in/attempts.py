"""Guessing is throttled: an attempt is counted before it is made."""

import sqlite3
from contextlib import closing
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from stateful.session_servers.store import Clock, hashed

CREATE = """PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS
    attempts (key TEXT, ends REAL, made INTEGER, PRIMARY KEY (key, ends));
    CREATE INDEX IF NOT EXISTS attempts_ends ON attempts (ends)"""
FORGET = "DELETE FROM attempts WHERE ends <= ?"
COUNT = """INSERT INTO attempts VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET made = made + 1 RETURNING made"""
GIVE_BACK = "UPDATE attempts SET made = made - 1 WHERE key = ? AND ends = ?"


class Attempts:
    """So many in each window of `seconds`, for all processes together."""

    def __init__(self, path: Path, clock: Clock, seconds: int = 900) -> None:
        self.path, self.clock, self.seconds = path, clock, seconds
        with closing(sqlite3.connect(path)) as db:
            db.executescript(CREATE)

    def window(self) -> float:
        """When the window of this moment ends."""
        return (self.clock() // self.seconds + 1) * self.seconds

    def write(self, key: str, ends: float, sql: str) -> int:
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(FORGET, (self.clock(),))
            row = db.execute(sql, (hashed(key), ends)).fetchone()
        return row[0] if row else 0

    async def wait(self, key: str, limit: int) -> float:
        """Count one more; the seconds to wait if that is above the limit."""
        ends = self.window()
        made = await run_in_threadpool(self.write, key, ends, COUNT)
        return ends - self.clock() if made > limit else 0

    async def give_back(self, key: str) -> None:
        """A right password was no guess, and is not counted."""
        ends = self.window()
        await run_in_threadpool(self.write, key, ends, GIVE_BACK)
