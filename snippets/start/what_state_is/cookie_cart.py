"""A cart that the client holds, in a cookie that the server signed."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def read(request: Request) -> JSONResponse:
    return JSONResponse(request.session.get("cart", []))


async def add(request: Request) -> JSONResponse:
    cart = [*request.session.get("cart", []), request.path_params["item"]]
    request.session["cart"] = cart
    return JSONResponse(cart, 201)


def make_app(secret: str) -> Starlette:
    cookie = Middleware(
        SessionMiddleware, secret_key=secret, https_only=True, max_age=3600
    )
    return Starlette(
        routes=[
            Route("/cart", read),
            Route("/cart/{item}", add, methods=["POST"]),
        ],
        middleware=[cookie],
    )
