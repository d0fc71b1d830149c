"""A sum: everything it needs arrives with the request."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def total(request: Request) -> JSONResponse:
    tea, jam = request.path_params["tea"], request.path_params["jam"]
    return JSONResponse(tea + jam)


def make_app() -> Starlette:
    return Starlette(routes=[Route("/total/{tea:int}/{jam:int}", total)])
