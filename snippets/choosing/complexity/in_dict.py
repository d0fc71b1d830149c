"""A login kept in the process: nothing to set up, and gone with it."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.users import user


async def login(request: Request) -> Response:
    session = secrets.token_urlsafe()
    request.app.state.sessions[session] = user(request)
    request.app.state.sessions.pop(request.cookies.get("session"), None)
    reply = Response(status_code=204)
    reply.set_cookie("session", session, secure=True, httponly=True)
    return reply


async def logout(request: Request) -> Response:
    request.app.state.sessions.pop(request.cookies.get("session"), None)
    return Response(status_code=204)


async def me(request: Request) -> Response:
    session = request.cookies.get("session")
    name = request.app.state.sessions.get(session)
    if name is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    return JSONResponse(name, headers={"Cache-Control": "no-store"})


def make_app() -> Starlette:
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
    ]
    app = Starlette(routes=routes)
    app.state.sessions = {}
    return app
