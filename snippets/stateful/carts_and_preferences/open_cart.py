"""Wrong where a URL was not meant as a key: whoever knows it is let in."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.carts_and_preferences.access import Carts
from stateless.rest_apis.path import text


async def read(request: Request) -> JSONResponse:
    name = text(request, "cart")
    for carts in request.app.state.carts.values():
        if name in carts:
            return JSONResponse(carts[name])
    return JSONResponse(None, 404)


def make_app(carts: Carts) -> Starlette:
    app = Starlette(routes=[Route("/carts/{cart}", read)])
    app.state.carts = carts
    return app
