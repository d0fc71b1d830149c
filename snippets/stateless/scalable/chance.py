"""The same replicas and store, where no two requests take equally long."""

from heapq import heapreplace
from random import Random


def throughput(
    replicas: int,
    work: float,
    store: float,
    requests: int = 50_000,
    seed: int = 1,
) -> float:
    """Requests in a unit of time; `work` and `store` are means."""
    random = Random(seed)
    at_the_store = [0.0] * replicas
    free = 0.0
    for _ in range(requests):
        begin = max(free, at_the_store[0])
        free = begin + random.expovariate(1 / store)
        heapreplace(at_the_store, free + random.expovariate(1 / work))
    return requests / free
