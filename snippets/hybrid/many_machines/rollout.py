"""A rolling update, simulated: a pod that leaves still holds connections."""

from collections.abc import Iterator


def rollout(
    replicas: int, surge: int, unavailable: int, starts: int, leaves: int
) -> Iterator[tuple[int, int]]:
    """How many pods are ready, and how many run, second by second.

    A pod `starts` in so many seconds, and is gone as many after it `leaves`.
    """
    old, ready_at, gone_at = replicas, list[int](), list[int]()
    second = new = 0
    while True:
        new += ready_at.count(second)
        ready_at = [at for at in ready_at if at > second]
        gone_at = [at for at in gone_at if at > second]
        while old and old + new > replicas - unavailable:
            old -= 1
            gone_at.append(second + leaves)
        while old + new + len(ready_at) < replicas + surge:
            if new + len(ready_at) == replicas:
                break
            ready_at.append(second + starts)
        yield old + new, old + new + len(ready_at) + len(gone_at)
        if new == replicas and not gone_at:
            return
        second += 1
