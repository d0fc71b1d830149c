"""What a session may hold, and how long: against hoarding and stale names."""

import re
from dataclasses import dataclass
from json import dumps
from typing import Any

from stateful.session_servers.refusals import TooLarge

HOST = re.compile("__Host-[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Limits:
    keys: tuple[str, ...] = ()  # what views may write; nothing else is kept
    idle: int = 1800  # seconds without a request
    life: int = 28_800  # seconds from the login, whatever is done
    sessions: int = 10  # of one user; one more, and the oldest ends
    visit: int = 3600  # the same for a session in which nobody is logged in
    visits: int = 1000  # how many of those may begin in that time
    size: int = 4096  # characters
    overlap: int = 10  # seconds for requests that are under way
    cookie: str = "__Host-session"

    def __post_init__(self) -> None:
        """Raises: ValueError, where a sibling domain could set the cookie."""
        if not HOST.fullmatch(self.cookie):
            raise ValueError(f"{self.cookie!r} does not begin with __Host-")
        if min(self.idle, self.life, self.sessions, self.visit, self.size) < 1:
            least = "idle, life, sessions, visit and size"
            raise ValueError(f"{least} are 1 or more")

    def check(self, key: str, value: Any) -> None:
        """Raises what keeps this out of every session."""
        if key not in self.keys:
            raise KeyError(f"{key!r} is not among Limits(keys=…)")
        if len(dumps(value, allow_nan=False)) > self.size:
            raise TooLarge
