"""Two homes for a session: this process, or a file that all can open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from starlette.concurrency import run_in_threadpool


class ProcessMemory:
    """Gone with the process."""

    down = ()

    def __init__(self) -> None:
        self.users: dict[str, str] = {}

    async def save(self, session: str, user: str) -> None:
        self.users[session] = user

    async def find(self, session: str) -> str | None:
        return self.users.get(session)


class SQLite:
    """Outlives every process."""

    down = (sqlite3.OperationalError,)

    def __init__(self, path: Path) -> None:
        self.uri = f"{path.as_uri()}?mode=rw"

    def query(self, sql: str, *values: str) -> str | None:
        with closing(sqlite3.connect(self.uri, uri=True)) as db, db:
            row = db.execute(sql, values).fetchone()
        return row[0] if row else None

    async def save(self, session: str, user: str) -> None:
        insert = "INSERT INTO sessions VALUES (?, ?)"
        await run_in_threadpool(self.query, insert, session, user)

    async def find(self, session: str) -> str | None:
        select = "SELECT user FROM sessions WHERE id = ?"
        return await run_in_threadpool(self.query, select, session)


def create(path: Path) -> None:
    """Make an empty session store."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, user TEXT)")
