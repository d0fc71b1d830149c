"""Which keys change their node when one joins or leaves, and how evenly."""

from math import lcm, sqrt


def modulo(before: int, after: int) -> float:
    """Keys that a hash modulo the number of nodes sends elsewhere."""
    return 1 - min(before, after) / lcm(before, after)


def consistent(before: int) -> float:
    """Keys that a ring, rendezvous or jump hash gives to one new node."""
    return 1 / (before + 1)


def spread(nodes: int, points: int) -> float:
    """Standard deviation of a node's share, in units of the mean share."""
    return sqrt((nodes - 1) / (nodes * points + 1))
