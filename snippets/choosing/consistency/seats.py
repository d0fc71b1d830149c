"""The store: how many seats are sold, and which version of that it is."""

import sqlite3
from collections.abc import Callable
from contextlib import closing


def create(path: str) -> None:
    """Made once, before the first replica: no seat sold, version 1."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE seats (sold INTEGER, version INTEGER)")
        db.execute("INSERT INTO seats VALUES (0, 1)")


class Seats:
    """One row in a file that every replica opens."""

    def __init__(self, path: str, wait: float = 5) -> None:
        self.path, self.wait = path, wait

    def open(self) -> closing[sqlite3.Connection]:
        db = sqlite3.connect(self.path, self.wait, isolation_level=None)
        return closing(db)

    def read(self) -> tuple[int, str]:
        with self.open() as db:
            [row] = db.execute("SELECT sold, version FROM seats")
        return row[0], f'"{row[1]}"'

    def write(
        self, sold: int, over: Callable[[str], bool] = lambda tag: True
    ) -> str | None:
        """The new tag; None, and nothing written, over one not allowed."""
        with self.open() as db:
            # Nobody else writes between the comparison and the change.
            db.execute("BEGIN IMMEDIATE")
            [[version]] = db.execute("SELECT version FROM seats")
            if not over(f'"{version}"'):
                return None
            change = "UPDATE seats SET sold = ?, version = version + 1"
            db.execute(change, (sold,))
            db.execute("COMMIT")
        return f'"{version + 1}"'
