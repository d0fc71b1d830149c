"""A store for starsessions in SQLite, by the interface that its README gives; the attacks can break SQLite."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starsessions import SessionStore


class FileStore(SessionStore):
    """What its RedisStore does with GET, SET and DEL."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.query("PRAGMA journal_mode = WAL")
        self.query("CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, data BLOB, ends REAL)")

    def query(self, sql: str, *values: str | bytes | float) -> bytes:
        with closing(sqlite3.connect(self.path, timeout=0.5)) as db, db:
            rows = db.execute(sql, values).fetchall()
        return rows[0][0] if rows else b""

    async def read(self, session_id: str, lifetime: int) -> bytes:
        now = time.time()
        return await run_in_threadpool(
            self.query, "SELECT data FROM sessions WHERE id = ? AND ends > ?", session_id, now
        )

    async def write(self, session_id: str, data: bytes, lifetime: int, ttl: int) -> str:
        ends = time.time() + ttl
        await run_in_threadpool(self.query, "REPLACE INTO sessions VALUES (?, ?, ?)", session_id, data, ends)
        return session_id

    async def remove(self, session_id: str) -> None:
        await run_in_threadpool(self.query, "DELETE FROM sessions WHERE id = ?", session_id)
