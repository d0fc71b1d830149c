"""The log of what was sold: one file, in which a seat stands once."""

import sqlite3
from contextlib import closing


def create(path: str) -> None:
    """Made once, before the first replica."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(
            "CREATE TABLE log (position INTEGER PRIMARY KEY, seat UNIQUE)"
        )


class Log:
    """What all replicas append to, and what their copies are made from."""

    def __init__(self, path: str, wait: float = 5) -> None:
        self.path, self.wait = path, wait

    def append(self, seat: str) -> int | None:
        """Its position; None, and nothing appended, if it is sold."""
        # One statement: the store compares and writes, for every process.
        insert = "INSERT INTO log (seat) VALUES (?) ON CONFLICT DO NOTHING"
        with closing(sqlite3.connect(self.path, self.wait)) as db, db:
            done = db.execute(insert, (seat,))
        return done.lastrowid if done.rowcount else None

    def between(self, first: int, last: int) -> dict[int, str]:
        """The seats at the positions after the first, up to the last."""
        select = "SELECT * FROM log WHERE position > ? AND position <= ?"
        with closing(sqlite3.connect(self.path, self.wait)) as db:
            return dict(db.execute(select, (first, last)))
