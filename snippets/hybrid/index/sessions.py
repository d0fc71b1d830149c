"""What the web tier asks of a home for its sessions, whichever it is."""

from typing import Protocol

from starlette.exceptions import HTTPException


class Full(HTTPException):
    """As many are logged in as this home takes."""

    def __init__(self) -> None:
        super().__init__(429)


class Sessions(Protocol):
    @property
    def down(self) -> tuple[type[Exception], ...]:
        """What the three below raise while the home is not there."""

    async def save(self, session: str, user: str) -> None:
        """Keep who it is; Full, where there is no room."""

    async def find(self, session: str) -> str | None:
        """Who it is; None for a session that is not there."""

    async def forget(self, session: str) -> None:
        """Keep it no more: a logout."""
