"""Preferences that are set, not added to; the same two homes."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Themes = dict[str, str]


async def read(request: Request) -> JSONResponse:
    themes: Themes = request.app.state.themes
    return JSONResponse(themes.get(request.path_params["owner"], "light"))


async def replace(request: Request) -> Response:
    themes: Themes = request.app.state.themes
    themes[request.path_params["owner"]] = request.path_params["theme"]
    return Response(status_code=204)


def make_app(themes: Themes | None = None) -> Starlette:
    app = Starlette(
        routes=[
            Route("/themes/{owner}", read),
            Route("/themes/{owner}/{theme}", replace, methods=["PUT"]),
        ]
    )
    app.state.themes = {} if themes is None else themes
    return app
