"""Wrong on purpose: who is logged in is kept as a cart is, under one name."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.session_servers.limits import Limits
from stateful.session_servers.session import opened
from stateful.session_servers.sessions import Sessions
from stateful.session_servers.shop import add
from stateful.session_servers.store import Clock, Store

LIMITS = Limits(keys=("cart", "user_id"))


async def login(request: Request) -> Response:
    session = await opened(request)
    session["user_id"] = request.path_params["user"]
    return Response(status_code=204)


async def me(request: Request) -> Response:
    user = (await opened(request)).get("user_id")
    return JSONResponse(user, 200 if user else 401)


def make_app(store: Store, clock: Clock, limits: Limits = LIMITS) -> Starlette:
    sessions = Middleware(Sessions, store=store, clock=clock, limits=limits)
    routes = [
        Route("/cart/{item}", add, methods=["POST"]),
        Route("/login/{user}", login, methods=["POST"]),
        Route("/me", me),
    ]
    return Starlette(routes=routes, middleware=[sessions])
