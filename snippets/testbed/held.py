"""The system's time and chance, held while an app is played to."""

import os
import random
import time
from asyncio import BaseEventLoop
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from testbed.given import Given

CLOCKS = ["time", "monotonic", "perf_counter"]
running, seeded = time.monotonic, random.Random.seed


@contextmanager
def held(given: Given) -> Iterator[None]:
    """Answer for the clocks, `os.urandom`, and so `secrets` and `uuid4`.

    A clock stands still during a call. An event loop's own runs on, and so
    does what a module took by `from time import time`.
    """

    def seed(own: random.Random, a: Any = None, version: int = 2) -> None:
        """A generator that nobody seeds is seeded by the given chance."""
        a = given.chance.randbytes(16) if a is None else a
        seeded(own, a, version)

    given.unused = given.states()
    with ExitStack() as stack:
        for owner, name, answer in (
            *((time, name, given.clock) for name in CLOCKS),
            *((time, f"{name}_ns", given.nanoseconds) for name in CLOCKS),
            (os, "urandom", given.chance.randbytes),
            (random, "_urandom", given.chance.randbytes),
            (random.Random, "seed", seed),
            (BaseEventLoop, "time", lambda loop: running()),
        ):
            stack.enter_context(patch.object(owner, name, answer))
        yield
    given.renew("over")
