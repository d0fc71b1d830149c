"""An actor: a task with an inbox, and nobody else touches its counter."""

import asyncio

from stateless.scalable.counter import Counter


class Owner:
    """Nobody else means: in the whole system, not in this process."""

    def __init__(self, visits: Counter, waiting: int = 1000) -> None:
        self.visits = visits
        self.inbox = asyncio.Queue[asyncio.Future[int]](waiting)

    async def work(self) -> None:
        while True:
            answer = await self.inbox.get()
            try:
                value = await self.visits.read() + 1
                await self.visits.write(value)
            except Exception as error:  # not the end of those who wait
                if not answer.cancelled():
                    answer.set_exception(error)
            else:
                if not answer.cancelled():
                    answer.set_result(value)

    async def count(self) -> int:
        """Raises asyncio.QueueFull where too many wait already."""
        answer: asyncio.Future[int] = asyncio.Future()
        self.inbox.put_nowait(answer)
        return await answer
