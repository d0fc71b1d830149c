"""The list of nodes in one place, under a number that only grows."""

from typing import NamedTuple


class Members(NamedTuple):
    epoch: int
    nodes: tuple[int, ...]


class Stale(Exception):
    """The list has changed since it was read."""


class Registry:
    """Stands for etcd, ZooKeeper or one row of a database."""

    def __init__(self, count: int) -> None:
        self.members = Members(1, tuple(range(count)))

    def change(self, seen: Members, nodes: tuple[int, ...]) -> Members:
        """Replace the list that was seen, and no other."""
        if seen != self.members:
            raise Stale(f"epoch {self.members.epoch}, not {seen.epoch}")
        self.members = Members(seen.epoch + 1, nodes)
        return self.members
