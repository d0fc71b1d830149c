"""The store adds; no replica ever holds a number that may be out of date."""

from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Adds(Protocol):
    async def add(self, more: int) -> int:
        """The sum; no other addition comes in between.

        Raises: OSError, where the store does not answer.
        """


async def visit(request: Request) -> Response:
    visits: Adds = request.app.state.visits
    try:
        return JSONResponse(await visits.add(1))
    except OSError:  # it may have added, so no retry-after
        return Response(status_code=503)


def make_app(visits: Adds) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.visits = visits
    return app
