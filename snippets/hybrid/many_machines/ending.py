"""A pod's last seconds, simulated: which requests it refuses or cuts off."""

from typing import NamedTuple


class Pod(NamedTuple):
    """Three numbers that somebody chose, in seconds."""

    grace: int  # from the deletion to SIGKILL
    pause: int  # the preStop hook, before SIGTERM
    drain: int  # after SIGTERM, for the requests that are under way


def ending(pod: Pod, heard: int, took: int) -> tuple[int, int]:
    """How many requests are refused, and how many cut off.

    The pod is deleted at second 0. One request starts every second, takes
    `took`, and goes to this pod until its balancers have `heard`.
    """
    ended = min(pod.pause + pod.drain, pod.grace)
    refused = [start for start in range(-took, heard) if start >= pod.pause]
    cut = [
        start
        for start in range(-took, min(pod.pause, heard))
        if start + took > ended
    ]
    return len(refused), len(cut)
