"""What more replicas, more retries or more time can reach."""

from math import exp


def throughput(replicas: int, own: float, store: float) -> float:
    """A bound: requests in a unit of time, if nobody waits by chance."""
    return min(replicas / (own + store), 1 / store)


def available(replicas: int, one: float, store: float) -> float:
    """Any replica will do, the store is needed; all fail independently."""
    return (1 - (1 - one) ** replicas) * store


def pool_bound(connections: int, reserved: int, pool: int) -> int:
    """Replicas whose pools fit a database that nobody else uses."""
    return max(0, connections - reserved) // pool


def let_through(replicas: int, limit: int, requests: int) -> int:
    """Requests in one window; each replica counts for itself, in turn."""
    return min(requests, replicas * limit)


def effects(replicas: int, tries: int) -> int:
    """Effects of one key, tried on the replicas in turn, each with a memo."""
    return min(tries, replicas)


def attempts(writers: int) -> int:
    """The worst case: all read, all write, one wins, the rest try again."""
    return writers * (writers + 1) // 2


def new_replica_share(replicas: int, elapsed: float, lifetime: float) -> float:
    """Its share of the sessions, if each ends at random, equally likely."""
    return (1 - exp(-elapsed / lifetime)) / (replicas + 1)


def loads(callers: int, flights: int) -> int:
    """Loads of a cold key, if all come at once and each flight is shared."""
    return min(callers, flights)


def cookie_bytes(name: str, limit: int = 4096, signature: int = 35) -> int:
    """JSON that fits Starlette's signed cookie; the name is in ASCII."""
    return max(0, 3 * ((limit - len(name) - signature) // 4))
