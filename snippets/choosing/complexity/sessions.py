"""Sessions in a file that all can open, which somebody has to create."""

import sqlite3
from contextlib import closing

from starlette.concurrency import run_in_threadpool

CREATE = "CREATE TABLE sessions (id TEXT PRIMARY KEY, user TEXT)"


class Sessions:
    """`sqlite3.OperationalError` where the store is not there."""

    def __init__(self, path: str) -> None:
        self.path = path

    def run(self, sql: str, *values: str | None) -> str | None:
        with closing(sqlite3.connect(self.path)) as db, db:
            row = db.execute(sql, values).fetchone()
        return row[0] if row else None

    async def save(self, session: str, user: str) -> None:
        insert = "INSERT INTO sessions VALUES (?, ?)"
        await run_in_threadpool(self.run, insert, session, user)

    async def find(self, session: str | None) -> str | None:
        select = "SELECT user FROM sessions WHERE id = ?"
        return await run_in_threadpool(self.run, select, session)

    async def drop(self, session: str | None) -> None:
        delete = "DELETE FROM sessions WHERE id = ?"
        await run_in_threadpool(self.run, delete, session)
