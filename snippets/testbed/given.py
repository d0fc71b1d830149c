"""Time and chance as a test gives them: the same call gets the same."""

import random


class Given:
    """A clock and chance, set before each start and each call.

    An app may be handed `clock` and `chance`. For apps that ask the system,
    `held` answers in its place.
    """

    def __init__(self, seconds: float = 1.0) -> None:
        self.seconds = seconds  # from one call to the next
        self.chance = random.Random(0)
        self.now, self.round, self.used = 0.0, 0, False
        self.unused = self.states()

    def clock(self) -> float:
        return self.now

    def nanoseconds(self) -> int:
        return int(self.now * 1e9)

    def at_start(self, copy: int) -> None:
        """Chance for one more copy, which is no other copy's."""
        self.renew(f"start {self.round} {copy}")

    def at_call(self, left: int) -> None:
        """Time and chance for the call that has so many after it."""
        self.now = 1e9 - left * self.seconds
        self.renew(f"call {self.round} {left}")

    def renew(self, seed: str) -> None:
        """Other chance from here on; and was any used, until here?"""
        self.used |= self.unused != self.states()
        self.chance.seed(seed)
        self.unused = self.states()

    def states(self) -> tuple[object, object]:
        """What changes when somebody draws: here, or from the module."""
        return self.chance.getstate(), random.getstate()
