"""A session store in a file that every process of a machine can open."""

from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from stateful.session_servers.pool import Pool
from stateful.session_servers.store import Clock
from stateful.session_servers.tables import (
    COUNT,
    INDEX,
    LOAD,
    PURGE,
    SWAPS,
    TABLE,
)


class SQLite:
    def __init__(self, path: Path, clock: Clock) -> None:
        """Raises: StoreDown, where there can be no such file."""
        self.pool, self.clock = Pool(path), clock
        self.query(TABLE)
        self.query(INDEX)
        self.pool.close()

    def query(self, sql: str, **values: Any) -> Any:
        """What the first row begins with, if there is one."""
        values["now"] = self.clock()
        rows = self.pool.rows(sql, values)
        return rows[0][0] if rows else None

    async def load(self, key: str) -> str | None:
        data: str | None = await run_in_threadpool(self.query, LOAD, key=key)
        return data

    async def swap(
        self, key: str, old: str | None, new: str | None, ttl: int
    ) -> bool:
        sql = SWAPS[old is not None, new is not None]
        values = {"key": key, "old": old, "new": new, "ttl": ttl}
        if old is None:
            await run_in_threadpool(self.query, PURGE)
        return bool(await run_in_threadpool(self.query, sql, **values))

    async def count(self, key: str, ttl: int) -> int:
        values = {"key": key, "ttl": ttl}
        return int(await run_in_threadpool(self.query, COUNT, **values))
