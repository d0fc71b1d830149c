"""Two other things that a full store may do."""

from random import Random

from stateful.eviction.lru import LRU
from stateful.session_servers.store import StoreDown


class Randomly(LRU):
    """Anybody goes: `allkeys-random`."""

    def __init__(self, capacity: int, chance: Random) -> None:
        super().__init__(capacity)
        self.chance = chance

    def make_room(self) -> None:
        del self.kept[self.chance.choice(list(self.kept))]


class Refusing(LRU):
    """Nobody goes, and nobody comes: `noeviction`."""

    def make_room(self) -> None:
        raise StoreDown("there is no room")
