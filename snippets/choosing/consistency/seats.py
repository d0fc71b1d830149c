"""The store: how many seats are sold, and which version of that it is."""

from dataclasses import dataclass


@dataclass
class Seats:
    sold: int = 0
    version: int = 1

    @property
    def tag(self) -> str:
        return f'"{self.version}"'

    def write(self, sold: int) -> None:
        self.sold = sold
        self.version += 1

    def swap(self, tags: set[str], sold: int) -> str | None:
        """Write over these versions only: `UPDATE … WHERE version IN …`."""
        if not tags & {"*", self.tag}:
            return None
        self.write(sold)
        return self.tag
