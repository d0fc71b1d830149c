"""Connections that are kept open, one for each thread that is at work."""

import os
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

from stateful.session_servers.store import StoreDown


class Pool:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.idle: defaultdict[int, list[sqlite3.Connection]]
        self.idle = defaultdict(list)  # by process: a fork takes none along

    def connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self.path, 5, isolation_level=None, check_same_thread=False
        )
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        return db

    def rows(self, sql: str, values: dict[str, Any]) -> list[Any]:
        """Each statement is a transaction of its own. Raises: StoreDown."""
        idle = self.idle[os.getpid()]
        try:
            db = idle.pop()
        except IndexError:
            db = None
        try:
            db = db or self.connect()
            rows = db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            if db:
                db.close()
            raise StoreDown(error) from error
        idle.append(db)
        return rows

    def close(self) -> None:
        for db in self.idle.pop(os.getpid(), []):
            db.close()
