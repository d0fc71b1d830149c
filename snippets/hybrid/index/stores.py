"""A home for sessions: a file that every process of a machine can open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from hybrid.index.sessions import Full

ADD = """INSERT INTO sessions SELECT ?, ?
         WHERE (SELECT count(*) FROM sessions) < ? RETURNING id"""


class SQLite:
    """Outlives every process of its machine."""

    down = (sqlite3.OperationalError,)

    def __init__(self, path: Path, most: int = 1000, wait: int = 5) -> None:
        self.uri, self.most = f"{path.as_uri()}?mode=rw", most
        self.wait = wait  # seconds, where others hold the file

    async def query(self, sql: str, *values: str | int) -> str | None:
        return await run_in_threadpool(self.run, sql, values)

    def run(self, sql: str, values: tuple[str | int, ...]) -> str | None:
        with closing(sqlite3.connect(self.uri, self.wait, uri=True)) as db, db:
            row = db.execute(sql, values).fetchone()
        return row[0] if row else None

    async def save(self, session: str, user: str) -> None:
        if not await self.query(ADD, session, user, self.most):
            raise Full

    async def find(self, session: str) -> str | None:
        select = "SELECT user FROM sessions WHERE id = ?"
        return await self.query(select, session)

    async def forget(self, session: str) -> None:
        await self.query("DELETE FROM sessions WHERE id = ?", session)


def create(path: Path) -> None:
    """Make an empty session store."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")  # who reads waits for nobody
        db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, user TEXT)")
