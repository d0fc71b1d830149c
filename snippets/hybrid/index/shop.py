"""A web tier that keeps nothing; its sessions are wherever the store is.

The login asks for no password: stateful/log-in has one that does.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from choosing.complexity.host_session import COOKIE
from hybrid.index.refusing import refusing
from hybrid.index.sessions import Sessions
from stateful.session_servers.names import NO_STORE, issued, keeping, presented
from stateful.session_servers.same_origin import SameOrigin


async def home(request: Request) -> PlainTextResponse:
    return PlainTextResponse("Tea, 2.50\n")


async def login(request: Request) -> Response:
    session, user = issued(), request.path_params["user"]
    await request.app.state.sessions.save(session, user)
    await logout(request)  # of the session that came, if one did
    return Response(None, 204, {"Set-Cookie": keeping(COOKIE, session, 3600)})


async def logout(request: Request) -> Response:
    if session := presented(request.scope, COOKIE):
        await request.app.state.sessions.forget(session)
    return Response(status_code=204)


async def me(request: Request) -> Response:
    session = presented(request.scope, COOKIE)
    if session and (user := await request.app.state.sessions.find(session)):
        return JSONResponse(user, headers=NO_STORE)
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


def make_app(sessions: Sessions) -> Starlette:
    paths = {"/login/{user}": login, "/logout": logout}
    posts = [Route(path, paths[path], methods=["POST"]) for path in paths]
    routes = [Route("/", home), Route("/me", me), *posts]
    guard, down = [Middleware(SameOrigin)], refusing(sessions)
    app = Starlette(routes=routes, middleware=guard, exception_handlers=down)
    app.state.sessions = sessions
    return app
