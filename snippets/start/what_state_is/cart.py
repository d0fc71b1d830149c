"""One cart, two homes: this process, or a store that all copies share."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Carts = dict[str, list[str]]
LONGEST = 64  # letters of an owner or an item


async def read(request: Request) -> JSONResponse:
    carts: Carts = request.app.state.carts
    return JSONResponse(carts.get(request.path_params["owner"], []))


async def add(request: Request) -> JSONResponse:
    carts: Carts = request.app.state.carts
    owner, item = request.path_params["owner"], request.path_params["item"]
    cart = carts.get(owner, [])
    crowded = owner not in carts and len(carts) >= request.app.state.most
    full = crowded or len(cart) >= request.app.state.items
    if full or max(len(owner), len(item)) > LONGEST:
        return JSONResponse(cart, 409)
    carts.setdefault(owner, cart).append(item)
    return JSONResponse(cart, 201)


def make_app(
    carts: Carts | None = None, most: int = 1000, items: int = 100
) -> Starlette:
    app = Starlette(
        routes=[
            Route("/carts/{owner}", read),
            Route("/carts/{owner}/{item}", add, methods=["POST"]),
        ]
    )
    app.state.carts = {} if carts is None else carts
    app.state.most, app.state.items = most, items
    return app
