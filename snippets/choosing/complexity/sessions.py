"""Sessions in a file that all can open, which somebody has to create."""

import sqlite3
from contextlib import closing

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

ADD = """INSERT INTO sessions SELECT ?, ?
         WHERE (SELECT count(*) FROM sessions) < ? RETURNING id"""


def create(path: str) -> None:
    """Readers and a writer at once: the write-ahead log stays switched on."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, user TEXT)")


class Sessions:
    """`sqlite3.OperationalError` where the store is not there."""

    def __init__(self, path: str, most: int = 1000, wait: int = 5) -> None:
        self.path, self.most, self.wait = path, most, wait

    def run(self, sql: str, *values: str | int) -> str | None:
        with closing(sqlite3.connect(self.path, self.wait)) as db, db:
            row = db.execute(sql, values).fetchone()
        return row[0] if row else None

    async def save(self, session: str, user: str) -> None:
        """HTTPException 429, where as many are kept as there may be."""
        values = session, user, self.most
        if not await run_in_threadpool(self.run, ADD, *values):
            raise HTTPException(429)

    async def find(self, session: str) -> str | None:
        select = "SELECT user FROM sessions WHERE id = ?"
        return await run_in_threadpool(self.run, select, session)

    async def drop(self, session: str) -> None:
        delete = "DELETE FROM sessions WHERE id = ?"
        await run_in_threadpool(self.run, delete, session)
