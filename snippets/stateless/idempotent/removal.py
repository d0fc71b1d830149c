"""Remove a cart: the second time there is nothing left to remove."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateless.rest_apis.path import text


async def read(request: Request) -> JSONResponse:
    cart = request.app.state.carts.get(text(request, "owner"))
    return JSONResponse(cart, 404 if cart is None else 200)


async def remove(request: Request) -> Response:
    cart = request.app.state.carts.pop(text(request, "owner"), None)
    return Response(status_code=404 if cart is None else 204)


def make_app(carts: dict[str, list[str]]) -> Starlette:
    routes = [
        Route("/carts/{owner}", read),
        Route("/carts/{owner}", remove, methods=["DELETE"]),
    ]
    app = Starlette(routes=routes)
    app.state.carts = carts
    return app
