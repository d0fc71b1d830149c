"""The store writes only what was made from its present version."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.scalable.counter import Counter


async def visit(request: Request) -> JSONResponse:
    visits: Counter = request.app.state.visits
    value, version = await visits.look()
    while not await visits.swap(version, value + 1):
        value, version = await visits.look()
    return JSONResponse(value + 1)


def make_app(visits: Counter) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.visits = visits
    return app
