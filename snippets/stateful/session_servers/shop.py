"""A shop with sessions, in whatever store it is given."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.session_servers.sessions import Sessions
from stateful.session_servers.store import Clock, Store


async def add(request: Request) -> JSONResponse:
    cart = request.session.setdefault("cart", [])
    cart.append(request.path_params["item"])
    return JSONResponse(cart, 201)


async def login(request: Request) -> Response:
    request.session["user"] = request.path_params["user"]
    return Response(status_code=204)


async def logout(request: Request) -> Response:
    request.session.clear()
    return Response(status_code=204)


async def me(request: Request) -> Response:
    if user := request.session.get("user"):
        return JSONResponse(user)
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


def make_app(
    store: Store, clock: Clock, sessions: type[Sessions] = Sessions
) -> Starlette:
    return Starlette(
        routes=[
            Route("/cart/{item}", add, methods=["POST"]),
            Route("/login/{user}", login, methods=["POST"]),
            Route("/logout", logout, methods=["POST"]),
            Route("/me", me),
        ],
        middleware=[Middleware(sessions, store=store, clock=clock)],
    )
