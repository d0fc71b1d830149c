"""The same login, kept in a store that every replica opens.

The login asks for no password: stateful/log-in has one that does.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.host_session import COOKIE
from choosing.complexity.sessions import Sessions
from choosing.complexity.users import user
from choosing.consistency.down import DOWN
from stateful.session_servers.names import NO_STORE, issued, keeping, presented
from stateful.session_servers.same_origin import SameOrigin


async def login(request: Request) -> Response:
    session = issued()
    await request.app.state.sessions.save(session, user(request))
    if old := presented(request.scope, COOKIE):
        await request.app.state.sessions.drop(old)
    return Response(None, 204, {"Set-Cookie": keeping(COOKIE, session, 3600)})


async def logout(request: Request) -> Response:
    if session := presented(request.scope, COOKIE):
        await request.app.state.sessions.drop(session)
    return Response(status_code=204)


async def me(request: Request) -> Response:
    session = presented(request.scope, COOKIE)
    if session and (name := await request.app.state.sessions.find(session)):
        return JSONResponse(name, headers=NO_STORE)
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


def make_app(store: str, most: int = 1000) -> Starlette:
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
    ]
    guard = Middleware(SameOrigin)
    app = Starlette(routes=routes, middleware=[guard], exception_handlers=DOWN)
    app.state.sessions = Sessions(store, most)
    return app
