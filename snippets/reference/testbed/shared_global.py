"""A counter in a module: one for a process, so one for a whole cluster."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

visits: list[str] = []


async def visit(request: Request) -> JSONResponse:
    visits.append(request.url.path)
    return JSONResponse(len(visits))


def make_app() -> Starlette:
    return Starlette(routes=[Route("/visit", visit, methods=["POST"])])
