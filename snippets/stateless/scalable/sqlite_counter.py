"""The counter in a file, which compares versions for every process."""

from pathlib import Path

from stateful.carts_and_preferences.one_file import create, query

TABLE = """CREATE TABLE IF NOT EXISTS counters
    (name TEXT PRIMARY KEY, value INTEGER, version INTEGER);
    INSERT OR IGNORE INTO counters VALUES ('visits', 0, 0)"""
LOOK = "SELECT value, version FROM counters WHERE name = 'visits'"
SWAP = """UPDATE counters SET value = :value, version = version + 1
    WHERE name = 'visits' AND version = :version RETURNING version"""


class SQLiteCounter:
    def __init__(self, path: Path) -> None:
        self.path = path
        create(path, TABLE)

    async def look(self) -> tuple[int, int]:
        [(value, version)] = await query(self.path, LOOK)
        return value, version

    async def swap(self, version: int, value: int) -> bool:
        row = {"version": version, "value": value}
        return bool(await query(self.path, SWAP, **row))
