"""A counter and a login, in whatever memory the app is given.

The login asks for no password: stateful/log-in has one that does.
"""

from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.session_servers.names import issued, keeping, presented
from stateful.session_servers.same_origin import SameOrigin

COOKIE = "__Host-session"  # which no sibling domain can set


@dataclass
class Memory:
    visits: int = 0
    sessions: set[str] = field(default_factory=set)


async def visit(request: Request) -> JSONResponse:
    memory: Memory = request.app.state.memory
    memory.visits += 1
    return JSONResponse(memory.visits)


async def login(request: Request) -> Response:
    session = issued()
    request.app.state.memory.sessions.add(session)
    return Response(None, 204, {"Set-Cookie": keeping(COOKIE, session, 3600)})


async def me(request: Request) -> Response:
    if presented(request.scope, COOKIE) in request.app.state.memory.sessions:
        return JSONResponse("Ada")
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


def make_app(memory: Memory | None = None) -> Starlette:
    posts = {"/visit": visit, "/login": login}
    routes = [Route(path, do, methods=["POST"]) for path, do in posts.items()]
    guard = Middleware(SameOrigin)
    app = Starlette(routes=[*routes, Route("/me", me)], middleware=[guard])
    app.state.memory = memory or Memory()
    return app
