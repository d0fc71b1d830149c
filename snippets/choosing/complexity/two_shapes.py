"""Wrong: two versions of one program, and one cannot read the other."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Version = Callable[[Request], Awaitable[JSONResponse]]


async def old(request: Request) -> JSONResponse:
    carts: dict[str, Any] = request.app.state.carts
    cart = carts.setdefault(request.path_params["owner"], [])
    cart.append("tea")
    return JSONResponse(cart)


async def new(request: Request) -> JSONResponse:
    """Reads a list or a count of each item, and writes a count."""
    carts: dict[str, Any] = request.app.state.carts
    owner = request.path_params["owner"]
    cart = carts[owner] = Counter(carts.get(owner, []))
    cart["tea"] += 1
    return JSONResponse(cart)


async def between(request: Request) -> JSONResponse:
    """Reads both, and still writes what the old version can read."""
    carts: dict[str, Any] = request.app.state.carts
    owner = request.path_params["owner"]
    cart = Counter(carts.get(owner, []))
    cart["tea"] += 1
    carts[owner] = [*cart.elements()]
    return JSONResponse(cart)


def make_app(carts: dict[str, Any], version: Version) -> Starlette:
    app = Starlette(
        routes=[Route("/carts/{owner}/tea", version, methods=["POST"])]
    )
    app.state.carts = carts
    return app
