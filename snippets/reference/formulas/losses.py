"""What is lost, as a share of all."""

from math import comb, gcd, sqrt


def answers(replicas: int) -> float:
    """Answers without their session, replicas taking turns."""
    return 1 - 1 / replicas


def page_views(replicas: int, requests: int) -> float:
    """The same, where a page view makes so many requests."""
    return 1 - gcd(replicas, requests) / replicas


def margin(share: float, samples: int) -> float:
    """Three standard errors of a share that chance decides."""
    return 3 * sqrt(share * (1 - share) / samples)


def copies(replicas: int, each: int, killed: int) -> float:
    """Sessions of which every copy was on a replica that was killed."""
    return comb(killed, each) / comb(replicas, each)


def evicted(capacity: int, active: int) -> float:
    """Sessions that a full LRU store has dropped, all used alike."""
    return max(0, 1 - capacity / active)


def logins(replicas: int) -> float:
    """Logins that a user loses in one rolling restart, sticky memory."""
    n = replicas
    return (n - 1) / n * ((n / (n - 1)) ** n - 1)
