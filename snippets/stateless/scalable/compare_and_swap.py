"""The store writes only what was made from its present number."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.scalable.counter import Counter


async def visit(request: Request) -> JSONResponse:
    visits: Counter = request.app.state.visits
    value = await visits.read()
    while not await visits.swap(value, value + 1):
        value = await visits.read()
    return JSONResponse(value + 1)


def make_app(visits: Counter) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.visits = visits
    return app
