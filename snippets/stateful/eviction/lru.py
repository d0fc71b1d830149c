"""A store with room for so many sessions, and what a full one forgets."""

from collections import OrderedDict
from collections.abc import Iterable

from stateful.session_servers.store import Store


class LRU:
    """A session store; when it is full, the longest unused goes first."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.kept = capacity, OrderedDict[str, str]()

    def make_room(self) -> None:
        self.kept.popitem(last=False)

    def keep(self, key: str, data: str) -> None:
        if key not in self.kept and len(self.kept) >= self.capacity:
            self.make_room()
        self.kept[key] = data

    async def load(self, key: str) -> str | None:
        if key in self.kept:
            self.kept.move_to_end(key)
        return self.kept.get(key)

    async def swap(
        self, key: str, old: str | None, new: str | None, ttl: int
    ) -> bool:
        if self.kept.get(key) != old:
            return False
        self.kept.pop(key, None)
        if new is not None:
            self.keep(key, new)
        return True

    async def count(self, key: str, ttl: int) -> int:
        self.keep(key, str(int(self.kept.get(key, 0)) + 1))
        return int(self.kept[key])


async def lost(store: Store, users: Iterable[int]) -> int:
    """How many of these visits find no session, so that they log in again."""
    missing = 0
    for user in users:
        if await store.load(str(user)) is None:
            await store.swap(str(user), None, str(user), 1800)
            missing += 1
    return missing
