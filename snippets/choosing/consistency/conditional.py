"""Writes over the version that the client has read, or not at all."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.consistency.down import DOWN
from choosing.consistency.if_match import Condition
from choosing.consistency.number import number
from choosing.consistency.seats import Seats


async def read(request: Request) -> Response:
    wanted = Condition(request.headers, "if-match")
    known = Condition(request.headers, "if-none-match")
    sold, tag = await run_in_threadpool(request.app.state.seats.read)
    if wanted.given and not wanted.names(tag):
        return Response(status_code=412)
    if known.resembles(tag):
        return Response(None, 304, {"ETag": tag})
    return JSONResponse(sold, headers={"ETag": tag})


async def replace(request: Request) -> Response:
    wanted = Condition(request.headers, "if-match")
    unwanted = Condition(request.headers, "if-none-match")
    if not wanted.given:
        return Response(status_code=428)
    sold = await number(request)

    def over(tag: str) -> bool:
        return wanted.names(tag) and not unwanted.resembles(tag)

    tag = await run_in_threadpool(request.app.state.seats.write, sold, over)
    return Response(None, 204, {"ETag": tag}) if tag else Response(None, 412)


def make_app(seats: Seats) -> Starlette:
    write = Route("/seats", replace, methods=["PUT"])
    routes = [Route("/seats", read), write]
    app = Starlette(routes=routes, exception_handlers=DOWN)
    app.state.seats = seats
    return app
