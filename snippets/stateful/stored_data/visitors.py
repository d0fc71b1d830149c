"""Carts of visitors without a name: so many, and each so large."""

from starlette.exceptions import HTTPException

from stateful.session_servers.names import issued


class Visitors:
    def __init__(self, most: int = 1000, items: int = 100) -> None:
        self.most, self.items = most, items
        self.carts: dict[str, list[str]] = {}

    def add(self, session: str | None, item: str) -> str:
        """The session's name, a new one where it is not known.

        Raises: HTTPException, 409 for a full cart, 503 for a full process.
        """
        known = session in self.carts
        if not known and len(self.carts) >= self.most:
            raise HTTPException(503, "Too many visitors. Come later.")
        name = session if session and known else issued()
        cart = self.carts.get(name, [])
        if len(cart) >= self.items:
            raise HTTPException(409, "This is all that a cart holds.")
        self.carts[name] = [*cart, item]
        return name
