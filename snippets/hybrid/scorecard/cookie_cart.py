"""A cart that the client holds, under the server's signature."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def login(request: Request) -> Response:
    request.session["cart"] = []
    return Response(status_code=204)


async def cart(request: Request) -> Response:
    if (items := request.session.get("cart")) is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    if request.method == "POST":
        items = [*items, request.path_params["item"]]
        request.session["cart"] = items
    return JSONResponse(items)


def make_app(secret: str) -> Starlette:
    cookie = Middleware(
        SessionMiddleware, secret_key=secret, https_only=True, max_age=3600
    )
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/cart", cart),
        Route("/cart/{item}", cart, methods=["POST"]),
    ]
    return Starlette(routes=routes, middleware=[cookie])
