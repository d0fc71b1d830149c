"""The same login, kept in a store that every replica opens."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.sessions import Sessions
from choosing.complexity.users import user
from choosing.consistency.down import DOWN


async def login(request: Request) -> Response:
    session = secrets.token_urlsafe()
    await request.app.state.sessions.save(session, user(request))
    if old := request.cookies.get("session"):
        await request.app.state.sessions.drop(old)
    reply = Response(status_code=204)
    reply.set_cookie("session", session, secure=True, httponly=True)
    return reply


async def logout(request: Request) -> Response:
    if session := request.cookies.get("session"):
        await request.app.state.sessions.drop(session)
    return Response(status_code=204)


async def me(request: Request) -> Response:
    session = request.cookies.get("session")
    if session and (name := await request.app.state.sessions.find(session)):
        return JSONResponse(name, headers={"Cache-Control": "no-store"})
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


def make_app(store: str) -> Starlette:
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
    ]
    app = Starlette(routes=routes, exception_handlers=DOWN)
    app.state.sessions = Sessions(store)
    return app
