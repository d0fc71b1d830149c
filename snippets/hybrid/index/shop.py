"""A web tier that keeps nothing; its sessions are wherever the store is."""

import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from hybrid.index.sessions import Sessions


async def home(request: Request) -> PlainTextResponse:
    return PlainTextResponse("Tea, 2.50\n")


async def login(request: Request) -> Response:
    session, user = secrets.token_urlsafe(), request.path_params["user"]
    await request.app.state.sessions.save(session, user)
    reply = Response(status_code=204)
    reply.set_cookie("session", session, secure=True, httponly=True)
    return reply


async def logout(request: Request) -> Response:
    if session := request.cookies.get("session"):
        await request.app.state.sessions.forget(session)
    return Response(status_code=204)


async def me(request: Request) -> Response:
    session = request.cookies.get("session")
    if session and (user := await request.app.state.sessions.find(session)):
        return JSONResponse(user)
    return Response(None, 401, {"WWW-Authenticate": "Cookie"})


async def store_is_down(request: Request, error: Exception) -> Response:
    again = {"Retry-After": "5"} if request.method == "GET" else {}
    return Response(None, 503, again)


def make_app(sessions: Sessions) -> Starlette:
    paths = {"/login/{user}": login, "/logout": logout}
    posts = [Route(path, paths[path], methods=["POST"]) for path in paths]
    refuse = dict.fromkeys(sessions.down, store_is_down)
    routes = [Route("/", home), Route("/me", me), *posts]
    app = Starlette(routes=routes, exception_handlers=refuse)
    app.state.sessions = sessions
    return app
