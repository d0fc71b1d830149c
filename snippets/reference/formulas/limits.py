"""What more replicas, more retries or more time can reach at the most."""

from math import exp


def throughput(replicas: int, own: float, store: float) -> float:
    """Requests in a unit of time, each with its share of replica and store."""
    return min(replicas / (own + store), 1 / store)


def available(replicas: int, one: float, store: float) -> float:
    """A tier of replicas, any of which will do, before one store."""
    return (1 - (1 - one) ** replicas) * store


def pool_bound(connections: int, reserved: int, pool: int) -> int:
    """Replicas whose pools fit a database."""
    return (connections - reserved) // pool


def let_through(replicas: int, limit: int, requests: int) -> int:
    """Requests that pass a limit which each replica counts for itself."""
    return min(requests, replicas * limit)


def effects(replicas: int, tries: int) -> int:
    """Effects of one key that each replica remembers for itself."""
    return min(tries, replicas)


def attempts(writers: int) -> int:
    """Attempts of writers that try again together until all have won."""
    return writers * (writers + 1) // 2


def new_replica_share(replicas: int, elapsed: float, lifetime: float) -> float:
    """What a new replica gets, while sessions stick to the old ones."""
    return (1 - exp(-elapsed / lifetime)) / (replicas + 1)


def loads(callers: int, flights: int) -> int:
    """Loads of a cold key, when each flight serves all who wait for it."""
    return min(callers, flights)


def cookie_bytes(name: str, limit: int = 4096, signature: int = 35) -> int:
    """JSON that fits a signed cookie, before base64 and after its name."""
    return 3 * ((limit - len(name) - signature) // 4)
