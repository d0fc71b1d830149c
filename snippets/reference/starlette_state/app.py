"""An app that leaves a word in a place, and says where it finds it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reference.starlette_state.places import WORD, find, leave


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[dict[str, dict[str, str]]]:
    yield {"kept": {}}


def make_app(folder: Path, secret: str) -> Starlette:
    async def post(request: Request) -> Response:
        place = request.path_params["place"]
        if place.endswith("background task"):
            task = BackgroundTask(leave, place, request, folder)
            return Response(status_code=202, background=task)
        leave(place, request, folder)
        reply = JSONResponse(find(place, request, folder), 201)
        if place == "cookie":
            reply.set_cookie("word", WORD, secure=True, httponly=True)
        return reply

    async def get(request: Request) -> JSONResponse:
        place = request.path_params["place"]
        return JSONResponse(find(place, request, folder))

    session = Middleware(SessionMiddleware, secret_key=secret, https_only=True)
    return Starlette(
        routes=[
            Route("/{place}", post, methods=["POST"]),
            Route("/{place}", get),
        ],
        middleware=[session],
        lifespan=lifespan,
    )
