"""Preferences that are set, not added to; the same two homes."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Themes = dict[str, str]
KNOWN = {"light", "dark"}
LONGEST = 64  # letters of an owner


async def read(request: Request) -> JSONResponse:
    themes: Themes = request.app.state.themes
    return JSONResponse(themes.get(request.path_params["owner"], "light"))


async def replace(request: Request) -> Response:
    themes: Themes = request.app.state.themes
    owner, theme = request.path_params["owner"], request.path_params["theme"]
    crowded = owner not in themes and len(themes) >= request.app.state.most
    if crowded or theme not in KNOWN or len(owner) > LONGEST:
        return Response(status_code=409)
    themes[owner] = theme
    return Response(status_code=204)


def make_app(themes: Themes | None = None, most: int = 1000) -> Starlette:
    app = Starlette(
        routes=[
            Route("/themes/{owner}", read),
            Route("/themes/{owner}/{theme}", replace, methods=["PUT"]),
        ]
    )
    app.state.themes = {} if themes is None else themes
    app.state.most = most
    return app
