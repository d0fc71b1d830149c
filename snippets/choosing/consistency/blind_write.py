"""Wrong: checks what comes, and not what it overwrites."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.consistency.seats import Seats


async def read(request: Request) -> JSONResponse:
    seats: Seats = request.app.state.seats
    return JSONResponse(seats.sold)


async def replace(request: Request) -> Response:
    body = await request.body()
    if not body.isdigit() or len(body) > 6:
        return Response(status_code=400)
    request.app.state.seats.write(int(body))
    return Response(status_code=204)


def make_app(seats: Seats) -> Starlette:
    routes = [
        Route("/seats", read),
        Route("/seats", replace, methods=["PUT"]),
    ]
    app = Starlette(routes=routes)
    app.state.seats = seats
    return app
