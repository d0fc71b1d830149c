"""Carts in a table: of two processes that remove one, one has found it."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.carts_and_preferences.cart_table import ITEMS, READ
from stateful.carts_and_preferences.one_file import create, query
from stateless.rest_apis.path import text

REMOVE = "DELETE FROM items WHERE owner = :owner RETURNING item"


async def read(request: Request) -> JSONResponse:
    path, owner = request.app.state.path, text(request, "owner")
    cart = [item for (item,) in await query(path, READ, owner=owner)]
    return JSONResponse(cart or None, 200 if cart else 404)


async def remove(request: Request) -> Response:
    path, owner = request.app.state.path, text(request, "owner")
    removed = await query(path, REMOVE, owner=owner)
    return Response(status_code=204 if removed else 404)


def make_app(path: Path) -> Starlette:
    create(path, ITEMS)
    routes = [
        Route("/carts/{owner}", read),
        Route("/carts/{owner}", remove, methods=["DELETE"]),
    ]
    app = Starlette(routes=routes)
    app.state.path = path
    return app
