"""A web tier that keeps nothing; its sessions are wherever the store is."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from hybrid.index.sessions import Sessions


async def home(request: Request) -> PlainTextResponse:
    return PlainTextResponse("Tea, 2.50\n")


async def login(request: Request) -> Response:
    session = secrets.token_urlsafe()
    user = request.path_params["user"]
    await request.app.state.sessions.save(session, user)
    reply = Response(status_code=204)
    reply.set_cookie(
        "session", session, secure=True, httponly=True, samesite="lax"
    )
    return reply


async def me(request: Request) -> Response:
    session = request.cookies.get("session")
    user = session and await request.app.state.sessions.find(session)
    if not user:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    return JSONResponse(user)


async def store_is_down(request: Request, error: Exception) -> Response:
    return Response(None, 503, {"Retry-After": "5"})


def make_app(sessions: Sessions) -> Starlette:
    routes = [
        Route("/", home),
        Route("/login/{user}", login, methods=["POST"]),
        Route("/me", me),
    ]
    refuse = dict.fromkeys(sessions.down, store_is_down)
    app = Starlette(routes=routes, exception_handlers=refuse)
    app.state.sessions = sessions
    return app
