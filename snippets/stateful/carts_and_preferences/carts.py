"""A cart is a resource: it has a URL, and an owner who may use it."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.carts_and_preferences.access import Carts, mine, one
from stateless.rest_apis.path import text
from stateless.web_servers.bearer import Owners


async def create(request: Request) -> Response:
    carts, name = await mine(request), secrets.token_urlsafe()
    if len(carts) >= request.app.state.most:
        return Response(status_code=409)
    carts[name] = []
    return Response(status_code=201, headers={"Location": f"/carts/{name}"})


async def index(request: Request) -> JSONResponse:
    return JSONResponse([f"/carts/{name}" for name in await mine(request)])


async def read(request: Request) -> JSONResponse:
    return JSONResponse(await one(request))


async def add(request: Request) -> JSONResponse:
    items, item = await one(request), text(request, "item")
    if len(items) >= request.app.state.most:
        return JSONResponse(items, 409)
    items.append(item)
    return JSONResponse(items, 201)


def make_app(owners: Owners, carts: Carts, most: int = 100) -> Starlette:
    routes = [
        Route("/carts", index),
        Route("/carts", create, methods=["POST"]),
        Route("/carts/{cart}", read),
        Route("/carts/{cart}/{item}", add, methods=["POST"]),
    ]
    app = Starlette(routes=routes)
    app.state.owners, app.state.carts, app.state.most = owners, carts, most
    return app
