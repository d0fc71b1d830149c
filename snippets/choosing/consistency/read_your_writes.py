"""Copies of a log lag behind; a client carries how far it has written."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Copy:
    """A follower of the log, which replays it when somebody needs it to."""

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.seats: list[str] = []

    def reaches(self, position: int) -> bool:
        self.seats += self.log[len(self.seats) : position]
        return len(self.seats) >= position


async def book(request: Request) -> Response:
    log: list[str] = request.app.state.copy.log
    log.append(request.path_params["seat"])
    reply = Response(status_code=201)
    position = str(len(log))
    reply.set_cookie("position", position, 60, secure=True, httponly=True)
    return reply


async def read(request: Request) -> Response:
    copy: Copy = request.app.state.copy
    position = request.cookies.get("position", "0")
    if not position.isdecimal() or len(position) > 9:
        return Response(status_code=400)
    if not copy.reaches(int(position)):
        return Response(None, 503, {"Retry-After": "1"})
    return JSONResponse(copy.seats)


def make_app(copy: Copy) -> Starlette:
    routes = [
        Route("/seats", read),
        Route("/seats/{seat}", book, methods=["POST"]),
    ]
    app = Starlette(routes=routes)
    app.state.copy = copy
    return app
