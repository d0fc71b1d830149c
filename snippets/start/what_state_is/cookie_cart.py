"""A cart that the client holds, in a cookie that the server signed."""

from json import dumps

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


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
    cookie = Middleware(
        SessionMiddleware, secret_key=secret, https_only=True, max_age=3600
    )
    app = Starlette(
        routes=[
            Route("/cart", read),
            Route("/cart/{item}", add, methods=["POST"]),
        ],
        middleware=[cookie],
    )
    app.state.size = size  # a browser drops a cookie of 4096 bytes and more
    return app
