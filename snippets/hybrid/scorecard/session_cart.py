"""A cart in a session: in this process, or in a store that all share.

The login asks for no password: stateful/log-in has one that does.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.host_session import COOKIE
from stateful.session_servers.names import NO_STORE, issued, keeping, presented
from stateful.session_servers.same_origin import SameOrigin

Sessions = dict[str | None, list[str]]


async def login(request: Request) -> Response:
    state, session = request.app.state, issued()
    if len(state.sessions) >= state.most:
        return Response(status_code=429)
    state.sessions[session] = []
    return Response(None, 204, {"Set-Cookie": keeping(COOKIE, session, 3600)})


async def cart(request: Request) -> Response:
    state, session = request.app.state, presented(request.scope, COOKIE)
    if (items := state.sessions.get(session)) is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    if item := request.path_params.get("item"):
        if len(items) >= state.most or len(item) > 64:
            return Response(status_code=409)
        items = state.sessions[session] = [*items, item]
    return JSONResponse(items, headers=NO_STORE)


def make_app(sessions: Sessions, most: int = 500) -> Starlette:
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/cart", cart),
        Route("/cart/{item}", cart, methods=["POST"]),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(SameOrigin)])
    app.state.sessions = sessions
    app.state.most = most  # sessions, and items in a cart
    return app
