"""Which keys a client has used: a key is reserved before it is acted on."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException


@dataclass
class Note:
    asked: str  # the same key may not ask for something else
    until: float
    charged: int | None = None  # nothing yet: it is under way


class Keys:
    """Of this process alone, for `lifetime` seconds; `most` a client."""

    def __init__(
        self,
        clock: Callable[[], float],
        lifetime: float = 86_400,
        most: int = 1000,
    ) -> None:
        self.clock, self.lifetime, self.most = clock, lifetime, most
        self.of: dict[str, dict[str, Note]] = {}

    async def reserve(
        self, client: str, key: str, asked: str
    ) -> tuple[Note, bool]:
        """Its note; True where the key was free and is now this request's."""
        now, mine = self.clock(), self.of.setdefault(client, {})
        for old in [name for name in mine if mine[name].until <= now]:
            del mine[old]
        if key in mine:
            return mine[key], False
        if len(mine) >= self.most:
            raise HTTPException(429, "too many keys are kept")
        mine[key] = Note(asked, now + self.lifetime)
        return mine[key], True

    async def finish(self, note: Note, charged: int) -> None:
        note.charged = charged  # not that of a later request with this key
