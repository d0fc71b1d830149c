"""Wrong on purpose: whoever knows the cart's URL is let in."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.carts_and_preferences.access import Carts


async def read(request: Request) -> JSONResponse:
    cart = request.app.state.carts.get(request.path_params["cart"])
    return JSONResponse(cart.items if cart else None, 200 if cart else 404)


def make_app(carts: Carts) -> Starlette:
    app = Starlette(routes=[Route("/carts/{cart}", read)])
    app.state.carts = carts
    return app
