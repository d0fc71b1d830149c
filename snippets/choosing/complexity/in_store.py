"""The same login, kept in a store that every replica opens."""

import secrets
import sqlite3

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.sessions import Sessions


async def login(request: Request) -> Response:
    session = secrets.token_urlsafe()
    user = request.path_params["user"]
    await request.app.state.sessions.save(session, user)
    reply = Response(status_code=204)
    reply.set_cookie("session", session, secure=True, httponly=True)
    return reply


async def logout(request: Request) -> Response:
    session = request.cookies.get("session")
    await request.app.state.sessions.drop(session)
    return Response(status_code=204)


async def me(request: Request) -> Response:
    session = request.cookies.get("session")
    user = await request.app.state.sessions.find(session)
    if user is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    return JSONResponse(user)


async def store_is_down(request: Request, error: Exception) -> Response:
    return Response(None, 503, {"Retry-After": "5"})


def make_app(store: str) -> Starlette:
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
    ]
    refuse = {sqlite3.OperationalError: store_is_down}
    app = Starlette(routes=routes, exception_handlers=refuse)
    app.state.sessions = Sessions(store)
    return app
