"""The store: a counter that all its readers have read before any writes."""

import asyncio


class Counter:
    """In a race, `readers` says how many take part; else it has one."""

    def __init__(self, readers: int = 1) -> None:
        self.value, self.attempts = 0, 0
        self.all_have_read = asyncio.Barrier(readers)

    async def read(self) -> int:
        value = self.value
        await self.all_have_read.wait()
        return value

    async def write(self, value: int) -> None:
        self.attempts += 1
        self.value = value

    async def add(self, more: int) -> int:
        self.attempts += 1
        self.value += more
        return self.value

    async def swap(self, expected: int, value: int) -> bool:
        """Write, unless somebody else has written since."""
        self.attempts += 1
        if self.value != expected:
            return False
        self.value = value
        still_in = max(1, self.all_have_read.parties - 1)
        self.all_have_read = asyncio.Barrier(still_in)
        return True
