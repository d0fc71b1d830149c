"""A login kept in the process: nothing to set up, and gone with it.

The login asks for no password: stateful/log-in has one that does.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.host_session import COOKIE
from choosing.complexity.users import user
from stateful.session_servers.names import NO_STORE, issued, keeping, presented
from stateful.session_servers.same_origin import SameOrigin


async def login(request: Request) -> Response:
    state, session, name = request.app.state, issued(), user(request)
    state.sessions.pop(presented(request.scope, COOKIE), None)
    if len(state.sessions) >= state.most:
        return Response(status_code=429)
    state.sessions[session] = name
    return Response(None, 204, {"Set-Cookie": keeping(COOKIE, session, 3600)})


async def logout(request: Request) -> Response:
    request.app.state.sessions.pop(presented(request.scope, COOKIE), None)
    return Response(status_code=204)


async def me(request: Request) -> Response:
    session = presented(request.scope, COOKIE)
    name = request.app.state.sessions.get(session)
    if name is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    return JSONResponse(name, headers=NO_STORE)


def make_app(most: int = 1000) -> Starlette:
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
    ]
    guard = Middleware(SameOrigin)
    app = Starlette(routes=routes, middleware=[guard])
    app.state.sessions, app.state.most = {}, most
    return app
