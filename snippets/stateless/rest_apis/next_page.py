"""Wrong: the server remembers how far a cart has been read."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateless.rest_apis.cart import Carts
from stateless.rest_apis.carts import MOST, PAGE, replace
from stateless.rest_apis.path import text

Positions = dict[str, int]


async def following(request: Request) -> Response:
    state, owner = request.app.state, text(request, "owner")
    if owner not in state.carts:
        return Response(status_code=404)
    items = state.carts[owner][state.read_to.get(owner, 0) :]
    state.read_to[owner] = state.read_to.get(owner, 0) + PAGE
    return JSONResponse(items[:PAGE])


def make_app(carts: Carts, read_to: Positions | None = None) -> Starlette:
    put = Route("/carts/{owner}", replace, methods=["PUT"])
    part = Route("/carts/{owner}/next", following)
    app = Starlette(routes=[put, part])
    app.state.carts, app.state.most = carts, MOST
    app.state.read_to = {} if read_to is None else read_to
    return app
