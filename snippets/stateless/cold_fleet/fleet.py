"""Ten replicas with a memo each, before a store that serves 20 a tick."""

from collections import deque
from random import Random
from typing import NamedTuple

REPLICAS, KEYS = 10, 200
REQUESTS, CAPACITY, PATIENCE = 100, 20, 10  # a tick, a tick, ticks


class Load(NamedTuple):
    replica: int
    key: int
    callers: list[int]  # when each of them asked


class Fleet:
    """`limit`: loads that a replica lets wait; `joined`: one for a key."""

    def __init__(self, limit: int = 10**6, joined: bool = False) -> None:
        self.limit, self.joined = limit, joined
        self.memos = [set(range(KEYS)) for _ in range(REPLICAS)]
        self.line: deque[Load] = deque()
        self.random, self.now = Random(1), 0

    def tick(self) -> int:
        """A hundred requests; how many answers came in this tick."""
        answers = 0
        for _ in range(REQUESTS):
            key = self.random.randrange(KEYS)
            replica = self.random.randrange(REPLICAS)
            answers += key in self.memos[replica] or self.ask(replica, key)
        for _ in range(min(CAPACITY, len(self.line))):
            replica, key, callers = self.line.popleft()
            in_time = sum(self.now - then <= PATIENCE for then in callers)
            answers += in_time
            if in_time or self.joined:  # else nobody is there to keep it
                self.memos[replica].add(key)
        self.now += 1
        return answers

    def ask(self, replica: int, key: int) -> bool:
        mine = [load for load in self.line if load.replica == replica]
        same = [load for load in mine if load.key == key]
        if self.joined and same:
            same[0].callers.append(self.now)
        elif len(mine) < self.limit:
            self.line.append(Load(replica, key, [self.now]))
        return False  # there is no answer yet
