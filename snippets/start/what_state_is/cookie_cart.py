"""A cart that the client holds, in a cookie that the server signed.

Nobody can end it early: a copy of the cookie is good for an hour.
"""

from json import dumps

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from choosing.complexity.host_session import HostSession
from stateful.session_servers.same_origin import SameOrigin


async def read(request: Request) -> JSONResponse:
    return JSONResponse(request.session.get("cart", []))


async def add(request: Request) -> JSONResponse:
    held = request.session.get("cart", [])
    cart = [*held, request.path_params["item"]]
    if len(dumps(cart)) > request.app.state.size:
        return JSONResponse(held, 409)
    request.session["cart"] = cart
    return JSONResponse(cart, 201)


def make_app(secret: str, size: int = 2000) -> Starlette:
    cookie = Middleware(HostSession, secret, max_age=3600)
    app = Starlette(
        routes=[
            Route("/cart", read),
            Route("/cart/{item}", add, methods=["POST"]),
        ],
        middleware=[Middleware(SameOrigin), cookie],
    )
    app.state.size = size  # a browser drops a cookie of 4096 bytes and more
    return app
