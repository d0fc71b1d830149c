"""Wrong on purpose: a login under whatever id the client brings along."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def login(request: Request) -> Response:
    session = request.cookies.get("session") or secrets.token_urlsafe()
    request.app.state.users[session] = request.path_params["user"]
    reply = Response(status_code=204)
    reply.set_cookie("session", session, secure=True, httponly=True)
    return reply


async def me(request: Request) -> Response:
    user = request.app.state.users.get(request.cookies.get("session"))
    if user is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    return JSONResponse(user)


def make_app() -> Starlette:
    app = Starlette(
        routes=[
            Route("/login/{user}", login, methods=["POST"]),
            Route("/me", me),
        ]
    )
    app.state.users = {}
    return app
