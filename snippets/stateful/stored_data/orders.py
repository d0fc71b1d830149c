"""Hard state: orders in a file, which no process that ends takes along."""

from pathlib import Path

from starlette.exceptions import HTTPException

from stateful.carts_and_preferences.one_file import create, opened, run

TABLE = """CREATE TABLE IF NOT EXISTS orders
    (id INTEGER PRIMARY KEY, item TEXT);
    CREATE INDEX IF NOT EXISTS items ON orders (item)"""
PLACE = """INSERT INTO orders (item) SELECT :item
    WHERE (SELECT count(*) FROM orders) < :most"""
COUNT = "SELECT count(*) FROM orders WHERE item = :item"
PAGE = """SELECT id, item FROM orders
    WHERE id > :after ORDER BY id LIMIT :limit"""
SOLD = """SELECT item, count(*) FROM orders WHERE item IN
    (SELECT item FROM orders WHERE id > :after ORDER BY id LIMIT :limit)
    GROUP BY item"""


class Orders:
    """At most `most`: an order is worth keeping, so none makes room."""

    def __init__(self, path: Path, most: int = 1000, wait: float = 5) -> None:
        self.path, self.most, self.wait = path, most, wait
        create(path, TABLE)

    def place(self, item: str) -> int:
        """How many of it are ordered by now.

        Raises: HTTPException 503, where there is no room or the file is
        held for longer than `wait` seconds; then nothing is ordered.
        """
        row = {"item": item, "most": self.most}
        with opened(self.path, self.wait) as db:
            if not db.execute(PLACE, row).rowcount:
                raise HTTPException(503, "No more orders are taken.")
            return int(db.execute(COUNT, row).fetchone()[0])

    def page(self, after: int = 0, limit: int = -1) -> dict[int, str]:
        row = {"after": after, "limit": limit}
        return dict(run(self.path, PAGE, row, self.wait))

    def sold(self, after: int = 0, limit: int = -1) -> dict[str, int]:
        """How often each item was ordered that is on this page."""
        row = {"after": after, "limit": limit}
        return dict(run(self.path, SOLD, row, self.wait))
