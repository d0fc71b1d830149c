"""A cart is a resource: each request names it. No user is asked for."""

from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateless.rest_apis.body import json_body
from stateless.rest_apis.cart import Carts, is_cart
from stateless.rest_apis.path import number, text

PAGE, MOST = 2, 1000


async def replace(request: Request) -> Response:
    carts, owner = request.app.state.carts, text(request, "owner")
    if not is_cart(cart := await json_body(request)):
        return Response(status_code=422)
    if owner not in carts and len(carts) >= request.app.state.most:
        return Response(status_code=507)
    status = 204 if owner in carts else 201
    carts[owner] = cart
    return Response(status_code=status)


async def read(request: Request) -> Response:
    cart = request.app.state.carts.get(text(request, "owner"))
    return JSONResponse(cart, 404 if cart is None else 200)


async def page(request: Request) -> Response:
    owner, start = text(request, "owner"), number(request, "start")
    if owner not in request.app.state.carts:
        return Response(status_code=404)
    items = request.app.state.carts[owner][start:]
    after = f"/carts/{quote(owner)}/from/{start + PAGE}"
    more = {"next": after} if items[PAGE:] else {}
    return JSONResponse({"items": items[:PAGE], **more})


def make_app(carts: Carts, most: int = MOST) -> Starlette:
    one = Route("/carts/{owner}", read)
    put = Route("/carts/{owner}", replace, methods=["PUT"])
    part = Route("/carts/{owner}/from/{start}", page)
    app = Starlette(routes=[one, put, part])
    app.state.carts, app.state.most = carts, most
    return app
