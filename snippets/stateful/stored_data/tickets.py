"""A ticket machine: it knows nobody, and each answer needs the last."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def draw(request: Request) -> JSONResponse:
    drawn: list[int] = request.app.state.drawn
    if len(drawn) >= request.app.state.most:
        return JSONResponse("the roll has come to its end", 503)
    drawn.append(len(drawn) + 1)
    return JSONResponse(drawn[-1], 201)


def make_app(drawn: list[int] | None = None, most: int = 1000) -> Starlette:
    app = Starlette(routes=[Route("/tickets", draw, methods=["POST"])])
    app.state.drawn, app.state.most = [] if drawn is None else drawn, most
    return app
