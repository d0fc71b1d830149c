"""What is lost, as a share of all; each under the condition it names."""

from math import comb, gcd, sqrt


def answers(replicas: int) -> float:
    """Answers without their session: one replica has it, all take turns."""
    return 1 - 1 / replicas


def page_views(replicas: int, requests: int) -> float:
    """The same, where each page view makes so many requests, one by one."""
    return 1 - gcd(replicas, requests) / replicas


def margin(share: float, samples: int) -> float:
    """Three standard errors of a share; the samples are independent."""
    return 3 * sqrt(share * (1 - share) / samples)


def copies(replicas: int, each: int, killed: int) -> float:
    """Sessions of which every copy is gone.

    The copies are on different replicas, and the killed are any, at once.
    """
    return comb(killed, each) / comb(replicas, each)


def evicted(capacity: int, active: int) -> float:
    """Sessions that a full LRU store does not hold.

    They are used at random, all equally often.
    """
    return max(0, 1 - capacity / active)


def logins(replicas: int) -> float:
    """Logins that a user loses, in the mean, in one rolling restart.

    Sessions are in memory, and the user is sent on to any other replica.
    """
    if replicas == 1:
        return 1
    n = replicas
    return (n - 1) / n * ((n / (n - 1)) ** n - 1)
