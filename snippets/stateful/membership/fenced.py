"""A store of carts that refuses every token but the newest it has seen."""

import json
import sqlite3
from contextlib import closing

CARTS = """CREATE TABLE IF NOT EXISTS carts
(cart TEXT PRIMARY KEY, items TEXT NOT NULL, token INTEGER NOT NULL)"""

OPEN = """INSERT INTO carts VALUES (:cart, '[]', :token)
ON CONFLICT (cart) DO UPDATE SET token = :token
WHERE token <= :token RETURNING items"""

SAVE = "UPDATE carts SET items = :items WHERE cart = :cart AND token = :token"


class Fenced(Exception):
    """Somebody with a newer token has opened the cart."""


class Store:
    def __init__(self, path: str) -> None:
        self.path = path
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(CARTS)

    def open(self, cart: str, token: int) -> list[str]:
        """Read it; from now on every older token is refused."""
        given = {"cart": cart, "token": token}
        with closing(sqlite3.connect(self.path)) as db, db:
            row = db.execute(OPEN, given).fetchone()
        if row is None:
            raise Fenced(cart)
        items: list[str] = json.loads(row[0])
        return items

    def save(self, cart: str, items: list[str], token: int) -> None:
        text = json.dumps(items)
        given = {"cart": cart, "items": text, "token": token}
        with closing(sqlite3.connect(self.path)) as db, db:
            if db.execute(SAVE, given).rowcount != 1:
                raise Fenced(cart)
