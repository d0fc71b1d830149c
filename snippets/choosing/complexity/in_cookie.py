"""The same login, kept by the client under the server's signature.

Nobody can end it early: a copy of the cookie is good for an hour.
The login asks for no password: stateful/log-in has one that does.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.key_ring import KeyRing
from choosing.complexity.users import user
from stateful.session_servers.same_origin import SameOrigin


async def login(request: Request) -> Response:
    request.session.clear()
    request.session["user"] = user(request)
    return Response(status_code=204)


async def logout(request: Request) -> Response:
    request.session.clear()
    return Response(status_code=204)


async def me(request: Request) -> Response:
    name = request.session.get("user")
    if name is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    return JSONResponse(name, headers={"Cache-Control": "no-store"})


def make_app(secrets: list[str]) -> Starlette:
    cookie = Middleware(KeyRing, secrets, max_age=3600)
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
    ]
    return Starlette(
        routes=routes, middleware=[Middleware(SameOrigin), cookie]
    )
