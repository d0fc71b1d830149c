"""How often somebody has tried, counted for all processes together."""

import sqlite3
from contextlib import closing
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from stateful.session_servers.names import hashed

CREATE = """PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS
    attempts (key TEXT, ends REAL, made INTEGER, PRIMARY KEY (key, ends));
    CREATE INDEX IF NOT EXISTS attempts_ends ON attempts (ends)"""
FORGET = "DELETE FROM attempts WHERE ends <= ?"
COUNT = """INSERT INTO attempts VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET made = made + 1 RETURNING made"""
GIVE_BACK = """UPDATE attempts SET made = made - 1
    WHERE key = ? AND ends = ? RETURNING made"""


class Uncounted(HTTPException):
    """The counts cannot be reached, so nobody may try."""

    def __init__(self) -> None:
        super().__init__(503, headers={"Retry-After": "5"})


class Attempts:
    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(sqlite3.connect(path)) as db:
            db.executescript(CREATE)

    def write(self, sql: str, key: str, ends: float, now: float) -> int:
        try:
            with closing(sqlite3.connect(self.path)) as db, db:
                db.execute(FORGET, (now,))
                rows = db.execute(sql, (hashed(key), ends)).fetchall()
        except sqlite3.Error as error:
            raise Uncounted from error
        return rows[0][0] if rows else 0

    async def count(self, key: str, ends: float, now: float) -> int:
        """How many there are with this one, until `ends`."""
        return await run_in_threadpool(self.write, COUNT, key, ends, now)

    async def give_back(self, key: str, ends: float, now: float) -> None:
        await run_in_threadpool(self.write, GIVE_BACK, key, ends, now)
