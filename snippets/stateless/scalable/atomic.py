"""The store adds; no replica ever holds a number that may be out of date."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.scalable.counter import Counter


async def visit(request: Request) -> JSONResponse:
    visits: Counter = request.app.state.visits
    return JSONResponse(await visits.add(1))


def make_app(visits: Counter) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.visits = visits
    return app
