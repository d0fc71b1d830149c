"""One cart, two homes: this process, or a store that all copies share."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Carts = dict[str, list[str]]


async def read(request: Request) -> JSONResponse:
    carts: Carts = request.app.state.carts
    return JSONResponse(carts.get(request.path_params["owner"], []))


async def add(request: Request) -> JSONResponse:
    carts: Carts = request.app.state.carts
    cart = carts.setdefault(request.path_params["owner"], [])
    cart.append(request.path_params["item"])
    return JSONResponse(cart, 201)


def make_app(carts: Carts | None = None) -> Starlette:
    app = Starlette(
        routes=[
            Route("/carts/{owner}", read),
            Route("/carts/{owner}/{item}", add, methods=["POST"]),
        ]
    )
    app.state.carts = {} if carts is None else carts
    return app
