"""A shop with sessions, in whatever store it is given.

The login asks for no password: stateful/log-in has one that does.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.session_servers.limits import Limits
from stateful.session_servers.same_origin import SameOrigin
from stateful.session_servers.session import opened
from stateful.session_servers.sessions import Sessions
from stateful.session_servers.store import Clock, Store

LIMITS = Limits(keys=("cart",))


async def add(request: Request) -> JSONResponse:
    session = await opened(request)
    session["cart"] = [*session.get("cart", []), request.path_params["item"]]
    return JSONResponse(session["cart"], 201)


async def login(request: Request) -> Response:
    (await opened(request)).login(request.path_params["user"])
    return Response(status_code=204)


async def logout(request: Request) -> Response:
    (await opened(request)).logout()
    return Response(status_code=204)


async def me(request: Request) -> Response:
    if user := (await opened(request)).user:
        return JSONResponse(user)
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


def make_app(store: Store, clock: Clock, limits: Limits = LIMITS) -> Starlette:
    sessions = Middleware(Sessions, store=store, clock=clock, limits=limits)
    posts = {"/cart/{item}": add, "/login/{user}": login, "/logout": logout}
    routes = [Route(path, do, methods=["POST"]) for path, do in posts.items()]
    guards = [Middleware(SameOrigin), sessions]
    return Starlette(routes=[*routes, Route("/me", me)], middleware=guards)
