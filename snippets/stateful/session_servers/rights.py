"""Who a session is: against a change of rights that keeps its old name."""

from json import dumps, loads
from types import MappingProxyType
from typing import Any

from stateful.session_servers.contents import Contents
from stateful.session_servers.limits import Limits
from stateful.session_servers.record import Record


class Rights(Contents):
    """Rights are nowhere else, and each of these methods renames."""

    def __init__(self, record: Record, limits: Limits) -> None:
        super().__init__(record.data, limits)
        self._user, self._claims = record.user, record.claims
        self.act, self.carries = "", record.user is None and not record.next

    @property
    def user(self) -> str | None:
        return self._user

    @property
    def claims(self) -> MappingProxyType[str, Any]:
        return MappingProxyType(loads(dumps(self._claims)))

    def login(self, user: str, **claims: Any) -> None:
        """Begin this user's session; only a visitor's contents come along."""
        if not user or not isinstance(user, str):
            raise ValueError("a user is a text that is not empty")
        self.opening()
        if self._user or not self.carries:
            self.carries, self._data, self._before = False, {}, {}
        self._user, self._claims = user, loads(dumps(claims))
        self.act = "login"

    def grant(self, **claims: Any) -> None:
        """Change what this user may do; the contents stay."""
        self.writable()
        if not self._user:
            raise RuntimeError("nobody is logged in")
        self._claims = self._claims | loads(dumps(claims))
        self.act = self.act or "grant"

    def logout(self) -> None:
        """End it, with all that is in it."""
        self.opening()
        self._claims, self._data, self._before = {}, {}, {}
        self._user, self.act, self.carries = None, "logout", False
