"""The counter has one owner, who reads and writes for everybody in turn."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.scalable.counter import Counter


class Owner:
    """An actor: a task with an inbox, and nobody else touches its counter."""

    def __init__(self, visits: Counter) -> None:
        self.visits = visits
        self.inbox: asyncio.Queue[asyncio.Future[int]] = asyncio.Queue()

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
        answer: asyncio.Future[int] = asyncio.Future()
        await self.inbox.put(answer)
        return await answer


async def visit(request: Request) -> JSONResponse:
    owner: Owner = request.app.state.owner
    return JSONResponse(await owner.count())


def make_app(owner: Owner) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.owner = owner
    return app
