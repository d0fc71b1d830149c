"""Writes over the version that the client has read, or not at all."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.consistency.seats import Seats


async def read(request: Request) -> JSONResponse:
    seats: Seats = request.app.state.seats
    return JSONResponse(seats.sold, headers={"ETag": seats.tag})


async def replace(request: Request) -> Response:
    seats: Seats = request.app.state.seats
    condition = request.headers.get("if-match")
    if condition is None:
        return Response(status_code=428)
    body = await request.body()
    if not body.isdigit() or len(body) > 6 or body != b"%d" % int(body):
        return Response(status_code=400)
    tags = {tag.strip() for tag in condition.split(",")}
    if not (tag := seats.swap(tags, int(body))):
        return Response(status_code=412)
    return Response(None, 204, {"ETag": tag})


def make_app(seats: Seats) -> Starlette:
    routes = [
        Route("/seats", read),
        Route("/seats", replace, methods=["PUT"]),
    ]
    app = Starlette(routes=routes)
    app.state.seats = seats
    return app
