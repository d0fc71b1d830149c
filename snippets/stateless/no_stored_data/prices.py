"""What is outside: the prices, and how often they were changed."""

from dataclasses import dataclass, field


@dataclass
class Store:
    cents: dict[str, int] = field(default_factory=dict)
    edition: int = 0
    opened: int = field(default=0, compare=False)
    room: int = field(default=1000, repr=False)

    def connect(self) -> "Store":
        self.opened += 1
        return self

    def put(self, item: str, cents: int) -> bool:
        """False where there is no room for one more item."""
        if item not in self.cents and len(self.cents) >= self.room:
            return False
        self.cents[item] = cents
        self.edition += 1
        return True
