"""The store writes only what was made from its present version."""

from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class Swaps(Protocol):
    async def look(self) -> tuple[int, int]:
        """The value, and a version that grows with every write."""

    async def swap(self, version: int, value: int) -> bool:
        """Write, unless somebody else has written since."""


async def visit(request: Request) -> JSONResponse:
    visits: Swaps = request.app.state.visits
    value, version = await visits.look()
    while not await visits.swap(version, value + 1):
        value, version = await visits.look()
    return JSONResponse(value + 1)


def make_app(visits: Swaps) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.visits = visits
    return app
