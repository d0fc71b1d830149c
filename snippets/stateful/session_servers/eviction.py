"""A store with room for so many sessions, and what a full one forgets."""

from collections import OrderedDict
from collections.abc import Callable


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
        self.kept.pop(key, None)


async def lost(capacity: int, who: Callable[[int], int], turns: int) -> float:
    """The share of visits, by user `who(turn)`, that find no session."""
    store, misses = LRU(capacity), 0
    for turn in range(-turns, turns):  # the first half fills the store
        user = str(who(turn))
        if await store.load(user, ttl=1800) is None:
            await store.save(user, "logged in again", ttl=1800, new=True)
            misses += turn >= 0
    return misses / turns
