"""A bell: nothing is kept anywhere, and each request is a ring."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def ring(request: Request) -> Response:
    request.app.state.ring()
    return Response(status_code=204)


def make_app(ring_it: Callable[[], object]) -> Starlette:
    app = Starlette(routes=[Route("/rings", ring, methods=["POST"])])
    app.state.ring = ring_it
    return app
