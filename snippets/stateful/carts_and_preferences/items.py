"""A table of items in a file that each process of a machine can open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

CREATE = """PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS items (owner TEXT, item TEXT)"""
READ = "SELECT item FROM items WHERE owner = :owner ORDER BY rowid"
ADD = """INSERT INTO items SELECT :owner, :item
    WHERE (SELECT count(*) FROM items WHERE owner = :owner) < :most
    RETURNING item"""


def create(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(CREATE)


def run(path: Path, sql: str, row: dict[str, str | int]) -> list[str]:
    """The items that the statement returns; 503, where it cannot be run."""
    try:
        with closing(sqlite3.connect(path, timeout=5)) as db, db:
            return [item for (item,) in db.execute(sql, row)]
    except sqlite3.Error as error:
        raise HTTPException(503, headers={"Retry-After": "5"}) from error


async def query(path: Path, sql: str, **row: str | int) -> list[str]:
    """In a thread: others are answered while this one waits for the file."""
    return await run_in_threadpool(run, path, sql, row)
