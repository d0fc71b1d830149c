"""Sessions in a file that all can open, which somebody has to create."""

import sqlite3
from contextlib import closing

from starlette.concurrency import run_in_threadpool


def create(path: str) -> None:
    """Readers and a writer at once: the write-ahead log stays switched on."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, user TEXT)")


class Sessions:
    """`sqlite3.OperationalError` where the store is not there."""

    def __init__(self, path: str) -> None:
        self.path = path

    def run(self, sql: str, *values: str) -> str | None:
        with closing(sqlite3.connect(self.path)) as db, db:
            row = db.execute(sql, values).fetchone()
        return row[0] if row else None

    async def save(self, session: str, user: str) -> None:
        insert = "INSERT INTO sessions VALUES (?, ?)"
        await run_in_threadpool(self.run, insert, session, user)

    async def find(self, session: str) -> str | None:
        select = "SELECT user FROM sessions WHERE id = ?"
        return await run_in_threadpool(self.run, select, session)

    async def drop(self, session: str) -> None:
        delete = "DELETE FROM sessions WHERE id = ?"
        await run_in_threadpool(self.run, delete, session)
