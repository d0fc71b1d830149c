"""A counter and a login, in whatever memory the app is given."""

import secrets
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass
class Memory:
    visits: int = 0
    sessions: set[str] = field(default_factory=set)


async def visit(request: Request) -> JSONResponse:
    memory: Memory = request.app.state.memory
    memory.visits += 1
    return JSONResponse(memory.visits)


async def login(request: Request) -> Response:
    session = secrets.token_urlsafe()
    request.app.state.memory.sessions.add(session)
    reply = Response(status_code=204)
    reply.set_cookie(
        "session", session, secure=True, httponly=True, samesite="lax"
    )
    return reply


async def me(request: Request) -> Response:
    if request.cookies.get("session") in request.app.state.memory.sessions:
        return JSONResponse("Ada")
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


def make_app(memory: Memory | None = None) -> Starlette:
    routes = [
        Route("/visit", visit, methods=["POST"]),
        Route("/login", login, methods=["POST"]),
        Route("/me", me),
    ]
    app = Starlette(routes=routes)
    app.state.memory = memory or Memory()
    return app
