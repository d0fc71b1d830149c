"""The same quantities, counted case by case or drawn with a seed."""

from collections import OrderedDict
from collections.abc import Iterable
from itertools import combinations


def copies(replicas: int, each: int, killed: int) -> float:
    """Every way to lay the copies, against one way to kill."""
    laid = list(combinations(range(replicas), each))
    return sum(max(place) < killed for place in laid) / len(laid)


def logins(replicas: int) -> float:
    """Where the user may be, and how likely, before each restart."""
    lost, at = 0.0, [1 / replicas] * replicas
    for restarted in range(replicas):
        gone = at[restarted]
        lost += gone
        for other in range(replicas):
            if other != restarted:
                at[other] += gone / (replicas - 1)
    return lost


def evicted(capacity: int, uses: Iterable[int]) -> float:
    """The share of uses that an LRU store misses, once it is full."""
    store: OrderedDict[int, int] = OrderedDict()
    missed = count = 0
    for session in uses:
        if len(store) >= capacity:
            count += 1
            missed += session not in store
        store[session] = session
        store.move_to_end(session)
        if len(store) > capacity:
            store.popitem(last=False)
    return missed / count
