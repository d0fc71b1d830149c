"""A cart with an address of its own; a session only says who is asking."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def login(request: Request) -> Response:
    session = secrets.token_urlsafe()
    request.app.state.sessions[session] = request.path_params["user"]
    reply = Response(status_code=204)
    reply.set_cookie("session", session, secure=True, httponly=True)
    return reply


async def cart(request: Request) -> Response:
    session = request.cookies.get("session")
    if (user := request.app.state.sessions.get(session)) is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    if user != request.path_params["user"]:
        return Response(status_code=403)
    carts: dict[str, list[str]] = request.app.state.carts
    items = carts.get(user, [])
    if request.method == "POST":
        items = [*items, request.path_params["item"]]
        carts[user] = items
    return JSONResponse(items)


def make_app(
    sessions: dict[str | None, str], carts: dict[str, list[str]]
) -> Starlette:
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/carts/{user}", cart),
        Route("/carts/{user}/{item}", cart, methods=["POST"]),
    ]
    app = Starlette(routes=routes)
    app.state.sessions, app.state.carts = sessions, carts
    return app
