"""The ledger: a store that answers after a moment, as stores do."""

import asyncio


class Ledger:
    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []

    async def charge(self, client: str, cents: int) -> None:
        await asyncio.sleep(0)  # other requests run, until the store answers
        self.lines.append((client, cents))
