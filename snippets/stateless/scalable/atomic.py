"""The store adds; no replica ever holds a number that may be out of date."""

from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class Adds(Protocol):
    async def add(self, more: int) -> int:
        """The sum; no other addition comes in between."""


async def visit(request: Request) -> JSONResponse:
    visits: Adds = request.app.state.visits
    return JSONResponse(await visits.add(1))


def make_app(visits: Adds) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.visits = visits
    return app
