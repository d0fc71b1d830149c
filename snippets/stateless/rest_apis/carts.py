"""A cart is a resource: each request names it, and the page it wants."""

from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Carts = dict[str, list[str]]
PAGE = 2


async def replace(request: Request) -> Response:
    carts, owner = request.app.state.carts, request.path_params["owner"]
    try:
        cart = await request.json()
    except (ValueError, RecursionError):
        return Response(status_code=400)
    if not isinstance(cart, list) or {type(item) for item in cart} - {str}:
        return Response(status_code=422)
    status = 204 if owner in carts else 201
    carts[owner] = cart
    return Response(status_code=status)


async def read(request: Request) -> Response:
    cart = request.app.state.carts.get(request.path_params["owner"])
    return JSONResponse(cart, 404 if cart is None else 200)


async def page(request: Request) -> Response:
    owner, start = request.path_params["owner"], request.path_params["start"]
    if owner not in request.app.state.carts:
        return Response(status_code=404)
    items = request.app.state.carts[owner][start:]
    after = f"/carts/{quote(owner)}/from/{start + PAGE}"
    more = {"next": after} if items[PAGE:] else {}
    return JSONResponse({"items": items[:PAGE], **more})


def make_app(carts: Carts) -> Starlette:
    one = Route("/carts/{owner}", read)
    put = Route("/carts/{owner}", replace, methods=["PUT"])
    part = Route("/carts/{owner}/from/{start:int}", page)
    app = Starlette(routes=[one, put, part])
    app.state.carts = carts
    return app
