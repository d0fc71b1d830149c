"""What the web tier asks of a home for its sessions, whichever it is."""

from typing import Protocol


class Sessions(Protocol):
    @property
    def down(self) -> tuple[type[Exception], ...]:
        """What the three below raise while the home is not there."""

    async def save(self, session: str, user: str) -> None:
        """Keep who it is."""

    async def find(self, session: str) -> str | None:
        """Who it is; None for a session that is not there."""

    async def forget(self, session: str) -> None:
        """Keep it no more: a logout."""
