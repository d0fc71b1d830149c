"""A cart in a session: in this process, or in a store that all share."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Sessions = dict[str | None, list[str]]


async def login(request: Request) -> Response:
    session = secrets.token_urlsafe()
    request.app.state.sessions[session] = []
    reply = Response(status_code=204)
    reply.set_cookie("session", session, secure=True, httponly=True)
    return reply


async def cart(request: Request) -> Response:
    sessions: Sessions = request.app.state.sessions
    session = request.cookies.get("session")
    if (items := sessions.get(session)) is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    if request.method == "POST":
        items = [*items, request.path_params["item"]]
        sessions[session] = items
    return JSONResponse(items)


def make_app(sessions: Sessions) -> Starlette:
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/cart", cart),
        Route("/cart/{item}", cart, methods=["POST"]),
    ]
    app = Starlette(routes=routes)
    app.state.sessions = sessions
    return app
