"""A sum: everything it needs arrives with the request."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.rest_apis.path import number


async def total(request: Request) -> JSONResponse:
    tea, jam = number(request, "tea"), number(request, "jam")
    return JSONResponse(tea + jam)


def make_app() -> Starlette:
    return Starlette(routes=[Route("/total/{tea}/{jam}", total)])
