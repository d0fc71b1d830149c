"""A cart with an address of its own; a session only says who is asking.

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

Sessions = dict[str | None, str]
Carts = dict[str, list[str]]


async def login(request: Request) -> Response:
    sessions, user = request.app.state.sessions, request.path_params["user"]
    if len(sessions) >= request.app.state.most or len(user) > 64:
        return Response(status_code=429)
    sessions[session := issued()] = user
    return Response(None, 204, {"Set-Cookie": keeping(COOKIE, session, 3600)})


async def cart(request: Request) -> Response:
    state, session = request.app.state, presented(request.scope, COOKIE)
    if (user := state.sessions.get(session)) is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    if user != request.path_params["user"]:
        return Response(status_code=403)
    items = state.carts.get(user, [])
    if item := request.path_params.get("item"):
        if len(items) >= state.most or len(item) > 64:
            return Response(status_code=409)
        items = state.carts[user] = [*items, item]
    return JSONResponse(items, headers=NO_STORE)


def make_app(sessions: Sessions, carts: Carts, most: int = 500) -> Starlette:
    one = "/carts/{user}"
    post = {"/login/{user}": login, f"{one}/{{item}}": cart}
    posts = [Route(path, post[path], methods=["POST"]) for path in post]
    guard = Middleware(SameOrigin)
    app = Starlette(routes=[Route(one, cart), *posts], middleware=[guard])
    app.state.sessions, app.state.carts = sessions, carts
    app.state.most = most  # sessions, and items in a cart
    return app
