"""A file that each process of a machine can open, asked in SQL."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException


def create(path: Path, tables: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"PRAGMA journal_mode = WAL; {tables}")


@contextmanager
def opened(path: Path, wait: float = 5) -> Iterator[sqlite3.Connection]:
    """For one transaction; HTTPException 503, where it cannot be made.

    That is so too where others hold the file for `wait` seconds.
    """
    try:
        with closing(sqlite3.connect(path, wait)) as db, db:
            yield db
    except sqlite3.Error as error:
        no = "Nothing was done. Come again."
        raise HTTPException(503, no, {"Retry-After": "5"}) from error


def run(
    path: Path, sql: str, row: Mapping[str, str | float], wait: float = 5
) -> list[Any]:
    """The rows that one statement returns."""
    with opened(path, wait) as db:
        return db.execute(sql, row).fetchall()


async def query(path: Path, sql: str, **row: str | float) -> list[Any]:
    """In a thread: others are answered while this one waits for the file."""
    return await run_in_threadpool(run, path, sql, row)
