"""A session store in a file that every process of a machine can open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from stateful.session_servers.store import Clock

Values = dict[str, str | int]


class SQLite:
    def __init__(self, path: Path, clock: Clock) -> None:
        self.path, self.clock = path, clock
        sql = """CREATE TABLE IF NOT EXISTS
                 sessions (key TEXT PRIMARY KEY, data TEXT, ends REAL)"""
        self.query(sql, {})

    def query(self, sql: str, values: Values) -> str | None:
        now = {"now": self.clock()}
        with closing(sqlite3.connect(self.path)) as db, db:
            rows = db.execute(sql, values | now).fetchall()
        return rows[0][0] if rows else None

    async def load(self, key: str, ttl: int) -> str | None:
        sql = """UPDATE sessions SET ends = :now + :ttl
                 WHERE key = :key AND ends > :now RETURNING data"""
        return await run_in_threadpool(
            self.query, sql, {"key": key, "ttl": ttl}
        )

    async def save(self, key: str, data: str, ttl: int, new: bool) -> None:
        sql = """UPDATE sessions SET data = :data, ends = :now + :ttl
                 WHERE key = :key AND ends > :now"""
        if new:
            sql = "INSERT INTO sessions VALUES (:key, :data, :now + :ttl)"
        values: Values = {"key": key, "data": data, "ttl": ttl}
        await run_in_threadpool(self.query, sql, values)

    async def delete(self, key: str) -> None:
        sql = "DELETE FROM sessions WHERE key = :key OR ends <= :now"
        await run_in_threadpool(self.query, sql, {"key": key})
