"""A store with a copy of itself: it confirms a write, and then copies it."""

from hybrid.index.memory import ProcessMemory


class Copied(ProcessMemory):
    """What asynchronous replication does, with the waiting left to us."""

    def __init__(self) -> None:
        super().__init__()
        self.copy_elsewhere: dict[str, str] = {}

    def catch_up(self) -> None:
        """All that was written so far has reached the copy."""
        self.copy_elsewhere = dict(self)

    def fail_over(self) -> None:
        """This store is dead; the copy goes on from where it was."""
        self.clear()
        self.update(self.copy_elsewhere)
