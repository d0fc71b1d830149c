"""What may come in, and how much may be kept: checked before and after."""

from typing import Any, NamedTuple


class Limits(NamedTuple):
    text: int = 64  # characters
    number: int = 10**9
    items: int = 100

    def read(self, word: str, kind: type) -> str | int:
        """What a part of the path says. Raises: ValueError."""
        if len(word) > self.text:
            raise ValueError("too long")
        if kind is str:
            return word
        if not (word.isascii() and word.isdigit()):
            raise ValueError("not a number")
        number = int(word)
        if number > self.number:
            raise ValueError("too large")
        return number

    def hold(self, kept: Any) -> bool:
        """Is there room for this?"""
        if isinstance(kept, int):
            return kept <= self.number
        return not isinstance(kept, list) or len(kept) <= self.items
