"""Wrong: two replicas that read the same number write the same number."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.scalable.counter import Counter


async def visit(request: Request) -> JSONResponse:
    visits: Counter = request.app.state.visits
    value = await visits.read() + 1
    await visits.write(value)
    return JSONResponse(value)


def make_app(visits: Counter) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.visits = visits
    return app
