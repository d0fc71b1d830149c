"""The store: a counter that all its readers have read before any writes."""

import asyncio


class Counter:
    """In a race, `readers` says how many take part; else it has one."""

    def __init__(self, readers: int = 1) -> None:
        self.value, self.version, self.attempts = 0, 0, 0
        self.all_have_read = asyncio.Barrier(readers)

    async def read(self) -> int:
        value, _ = await self.look()
        return value

    async def look(self) -> tuple[int, int]:
        """The value, and a version that grows with every write."""
        seen = self.value, self.version
        await self.all_have_read.wait()
        return seen

    async def write(self, value: int) -> None:
        self.attempts += 1
        self.value, self.version = value, self.version + 1

    async def add(self, more: int) -> int:
        await self.write(self.value + more)
        return self.value

    async def swap(self, version: int, value: int) -> bool:
        """Write, unless somebody else has written since."""
        if self.version != version:
            self.attempts += 1
            return False
        await self.write(value)
        still_in = max(1, self.all_have_read.parties - 1)
        self.all_have_read = asyncio.Barrier(still_in)
        return True
