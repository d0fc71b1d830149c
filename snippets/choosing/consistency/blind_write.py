"""Wrong: checks what comes, and not what it overwrites."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.consistency.down import DOWN
from choosing.consistency.number import number
from choosing.consistency.seats import Seats


async def read(request: Request) -> JSONResponse:
    sold, _ = await run_in_threadpool(request.app.state.seats.read)
    return JSONResponse(sold)


async def replace(request: Request) -> Response:
    sold = await number(request)
    await run_in_threadpool(request.app.state.seats.write, sold)
    return Response(status_code=204)


def make_app(seats: Seats) -> Starlette:
    routes = [
        Route("/seats", read),
        Route("/seats", replace, methods=["PUT"]),
    ]
    app = Starlette(routes=routes, exception_handlers=DOWN)
    app.state.seats = seats
    return app
