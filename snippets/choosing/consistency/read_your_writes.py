"""Copies of a log lag behind; a client carries how far it has written."""

import re

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.consistency.down import DOWN
from choosing.consistency.log import Log
from stateful.session_servers.names import NO_STORE, keeping, presented

COOKIE, POSITION = "__Host-position", re.compile(b"[0-9]{1,9}")
HALL = {f"{row}{number}" for row in "AB" for number in range(1, 21)}


async def book(request: Request) -> Response:
    if (seat := request.path_params["seat"]) not in HALL:
        return Response(status_code=404)
    position = await run_in_threadpool(request.app.state.log.append, seat)
    if position is None:
        return Response(status_code=409)
    cookie = keeping(COOKIE, str(position), 60)
    return Response(None, 201, {"Set-Cookie": cookie})


async def read(request: Request) -> Response:
    copy: dict[int, str] = request.app.state.copy
    position = int(presented(request.scope, COOKIE, POSITION) or 0)
    if (there := max(copy, default=0)) < position:
        between = request.app.state.log.between
        copy |= await run_in_threadpool(between, there, position)
    if max(copy, default=0) < position:
        return Response(None, 503, {"Retry-After": "1"})
    return JSONResponse([*copy.values()], headers=NO_STORE)


def make_app(log: Log) -> Starlette:
    routes = [
        Route("/seats", read),
        Route("/seats/{seat}", book, methods=["POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers=DOWN)
    app.state.log, app.state.copy = log, {}
    return app
