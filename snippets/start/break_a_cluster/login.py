"""A counter and a login, in whatever memory the app is given.

The login asks for no password: stateful/log-in has one that does.
"""

from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.host_session import COOKIE
from stateful.session_servers.names import NO_STORE, issued, keeping, presented
from stateful.session_servers.same_origin import SameOrigin


@dataclass
class Memory:
    most: int = 1000  # logins
    visits: int = 0
    sessions: set[str] = field(default_factory=set)


async def visit(request: Request) -> JSONResponse:
    request.app.state.memory.visits += 1
    return JSONResponse(request.app.state.memory.visits)


async def login(request: Request) -> Response:
    memory: Memory = request.app.state.memory
    if len(memory.sessions) >= memory.most:
        return Response(status_code=429)
    memory.sessions.add(session := issued())
    return Response(None, 204, {"Set-Cookie": keeping(COOKIE, session, 3600)})


async def me(request: Request) -> Response:
    if presented(request.scope, COOKIE) in request.app.state.memory.sessions:
        return JSONResponse("Ada", headers=NO_STORE)
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


def make_app(memory: Memory | None = None) -> Starlette:
    routes = [Route("/login", login, methods=["POST"]), Route("/me", me)]
    routes.append(Route("/visit", visit, methods=["POST"]))
    app = Starlette(routes=routes, middleware=[Middleware(SameOrigin)])
    app.state.memory = memory or Memory()
    return app
