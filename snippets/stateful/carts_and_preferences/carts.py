"""A cart is a resource: it has a URL, and an owner who may use it."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.carts_and_preferences.access import Cart, Carts, mine, one, who
from stateless.web_servers.bearer import Owners


async def create(request: Request) -> Response:
    name = secrets.token_urlsafe()
    request.app.state.carts[name] = Cart(await who(request))
    return Response(status_code=201, headers={"Location": f"/carts/{name}"})


async def index(request: Request) -> JSONResponse:
    return JSONResponse([f"/carts/{name}" for name in await mine(request)])


async def read(request: Request) -> JSONResponse:
    return JSONResponse((await one(request)).items)


async def add(request: Request) -> JSONResponse:
    items = (await one(request)).items
    items.append(request.path_params["item"])
    return JSONResponse(items, 201)


def make_app(owners: Owners, carts: Carts) -> Starlette:
    app = Starlette(
        routes=[
            Route("/carts", index),
            Route("/carts", create, methods=["POST"]),
            Route("/carts/{cart}", read),
            Route("/carts/{cart}/{item}", add, methods=["POST"]),
        ]
    )
    app.state.owners, app.state.carts = owners, carts
    return app
