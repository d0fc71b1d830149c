"""Time and chance as a test gives them: the same call gets the same."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


class Given:
    """A clock and chance, set before each start and each call.

    An app may be handed `clock` and `chance`. For apps that ask the system,
    `held` answers in its place: for its clock, `secrets` and `uuid4`.
    """

    def __init__(self, seconds: float = 1.0) -> None:
        self.seconds = seconds  # from one call to the next
        self.chance = random.Random(0)
        self.now, self.calls, self.starts = 0.0, 0, 0

    def clock(self) -> float:
        return self.now

    def urandom(self, size: int) -> bytes:
        return self.chance.randbytes(size)

    def at_start(self, copy: int) -> None:
        """Chance for one more copy, which is no other copy's."""
        self.chance.seed(f"start {self.starts} {copy}")

    def at_call(self, left: int) -> None:
        """Time and chance for the call that has so many after it."""
        self.now = 1e9 - left * self.seconds
        self.chance.seed(f"call {self.calls} {left}")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Answer for the system, which `random` asks under its own name."""
        with (
            patch.object(time, "time", self.clock),
            patch("os.urandom", self.urandom),
            patch("random._urandom", self.urandom),
        ):
            yield
