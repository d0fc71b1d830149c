"""Replicas that work side by side, and a store that serves one at a time."""

from heapq import heapreplace


def done_at(
    requests: int, replicas: int, work: int = 4, store: int = 1
) -> int:
    """The tick at which so many are done, if no replica ever idles."""
    at_the_store = [work] * replicas
    free = work
    for _ in range(requests):
        free = max(free, at_the_store[0]) + store
        heapreplace(at_the_store, free + work)
    return free
