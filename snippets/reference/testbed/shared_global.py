"""A counter in a module: one for a process, so one for a whole cluster."""

from itertools import count

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

visits = count(1)


async def visit(request: Request) -> JSONResponse:
    return JSONResponse(next(visits))


def make_app() -> Starlette:
    return Starlette(routes=[Route("/visit", visit, methods=["POST"])])
