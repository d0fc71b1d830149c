"""The same login, kept by the client under the server's signature."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def login(request: Request) -> Response:
    request.session["user"] = request.path_params["user"]
    return Response(status_code=204)


async def logout(request: Request) -> Response:
    request.session.clear()
    return Response(status_code=204)


async def me(request: Request) -> Response:
    user = request.session.get("user")
    if user is None:
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    return JSONResponse(user)


def make_app(secret: str) -> Starlette:
    cookie = Middleware(
        SessionMiddleware, secret_key=secret, https_only=True, max_age=3600
    )
    routes = [
        Route("/login/{user}", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/me", me),
    ]
    return Starlette(routes=routes, middleware=[cookie])
