"""A store with room for so many sessions, and what a full one forgets."""

from collections import OrderedDict
from collections.abc import Iterable

from stateful.session_servers.sessions import IDLE
from stateful.session_servers.store import Store


class LRU:
    """A session store; when it is full, the longest unused goes first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.kept: OrderedDict[str, str] = OrderedDict()

    async def load(self, key: str, ttl: int) -> str | None:
        if key in self.kept:
            self.kept.move_to_end(key)
        return self.kept.get(key)

    async def save(self, key: str, data: str, ttl: int, new: bool) -> None:
        if new or key in self.kept:
            self.kept[key] = data
        if len(self.kept) > self.capacity:
            self.kept.popitem(last=False)

    async def delete(self, key: str) -> None:
        if key in self.kept:
            del self.kept[key]


async def lost(store: Store, users: Iterable[int]) -> int:
    """How many of these visits find no session, so that they log in again."""
    missing = 0
    for user in users:
        if await store.load(str(user), IDLE) is None:
            await store.save(str(user), str(user), IDLE, new=True)
            missing += 1
    return missing
