"""What is kept under a name, and until when."""

from dataclasses import asdict, dataclass, field
from json import dumps, loads
from typing import Any

Raw = str | None  # as a store holds it


@dataclass(frozen=True)
class Record:
    ends: float  # whatever is done
    seen: float  # when it was last used
    user: str | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    next: str = ""  # the key that took the place of this one
    alias: bool = False  # whether this name leads there
    gone: bool = False  # emptied, and its cookie is being removed

    def until(self, idle: int) -> float:
        return min(self.ends, self.seen + idle)

    def same(self, other: "Record") -> bool:
        """Whether both are the same user with the same claims."""
        return (self.user, self.claims) == (other.user, other.claims)


def packed(record: Record) -> str:
    return dumps(asdict(record), separators=(",", ":"), allow_nan=False)


def unpacked(raw: str | None) -> Record | None:
    """None also for what this version of the program cannot read."""
    try:
        return Record(**loads(raw)) if raw else None
    except (TypeError, ValueError):
        return None
