"""A model of a store that keeps old versions, at three levels of isolation."""

from collections import ChainMap
from typing import Literal

Level = Literal["read committed", "snapshot", "serializable"]


class Conflict(Exception):
    """Told to the transaction that commits second; it may begin again."""


class Store:
    """What each commit changed, first to last. One process, one thread."""

    def __init__(self, **values: int) -> None:
        self.commits = [values]


class Transaction:
    def __init__(self, store: Store, level: Level) -> None:
        self.store, self.level = store, level
        self.began = len(store.commits)
        self.seen: set[str] = set()
        self.writes: dict[str, int] = {}

    def read(self, key: str) -> int:
        """Its own write, or else the last commit that it may see."""
        self.seen.add(key)
        latest = self.level == "read committed"
        until = len(self.store.commits) if latest else self.began
        older = reversed(self.store.commits[:until])
        return ChainMap(self.writes, *older)[key]

    def write(self, key: str, value: int) -> None:
        self.writes[key] = value

    def commit(self) -> None:
        """All of its writes, or none and `Conflict`."""
        guarded = {
            "read committed": set[str](),
            "snapshot": {*self.writes},
            "serializable": {*self.writes, *self.seen},
        }[self.level]
        since = self.store.commits[self.began :]
        if any(guarded & commit.keys() for commit in since):
            raise Conflict
        self.store.commits.append(self.writes)
