"""A cart that the client holds, under the server's signature.

Nobody can end it early: a copy of the cookie is good for an hour.
The login asks for no password: stateful/log-in has one that does.
"""

from json import dumps

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.host_session import HostSession
from stateful.session_servers.same_origin import SameOrigin


async def login(request: Request) -> Response:
    request.session["cart"] = []
    return Response(status_code=204)


async def cart(request: Request) -> Response:
    if (items := request.session.get("cart")) is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    if request.method == "POST":
        items = [*items, request.path_params["item"]]
        if len(dumps(items)) > request.app.state.size:
            return Response(status_code=409)
        request.session["cart"] = items
    return JSONResponse(items)


def make_app(secret: str, size: int = 2000) -> Starlette:
    cookie = Middleware(HostSession, secret, max_age=3600)
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/cart", cart),
        Route("/cart/{item}", cart, methods=["POST"]),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(SameOrigin), cookie])
    app.state.size = size  # a browser drops a cookie of 4096 bytes and more
    return app
