"""One roll of tickets in a file, from which each process draws."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.carts_and_preferences.one_file import create, query

ROLL = """CREATE TABLE IF NOT EXISTS roll (last INTEGER);
    INSERT INTO roll SELECT 0 WHERE NOT EXISTS (SELECT * FROM roll)"""
DRAW = "UPDATE roll SET last = last + 1 WHERE last < :most RETURNING last"


async def draw(request: Request) -> JSONResponse:
    state = request.app.state
    for (number,) in await query(state.path, DRAW, most=state.most):
        return JSONResponse(number, 201)
    return JSONResponse("the roll has come to its end", 503)


def make_app(path: Path, most: int = 1000) -> Starlette:
    create(path, ROLL)
    app = Starlette(routes=[Route("/tickets", draw, methods=["POST"])])
    app.state.path, app.state.most = path, most
    return app
