"""Which keys change their node when one joins or leaves, and how evenly."""

from math import lcm, sqrt


def modulo(before: int, after: int) -> float:
    """Keys that a hash modulo the number of nodes sends elsewhere.

    The hash spreads evenly, over many more values than there are nodes.
    """
    return 1 - min(before, after) / lcm(before, after)


def consistent(before: int) -> float:
    """Keys that move to one new node, in the mean over many placements."""
    return 1 / (before + 1)


def spread(nodes: int, points: int) -> float:
    """Standard deviation of a node's share of a ring; the mean is 1.

    Points fall anywhere, equally likely, so many for each node.
    """
    return sqrt((nodes - 1) / (nodes * points + 1))
