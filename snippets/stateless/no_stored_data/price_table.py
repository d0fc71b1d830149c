"""The prices in a file; in each process a memo, which is checked."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.carts_and_preferences.one_file import create, query
from stateless.rest_apis.path import number, text

PRICES = """CREATE TABLE IF NOT EXISTS prices
    (item TEXT PRIMARY KEY, cents INTEGER, edition INTEGER UNIQUE)"""
EDITION = "SELECT coalesce(max(edition), 0) FROM prices"
ALL = "SELECT item, cents FROM prices"
PUT = """REPLACE INTO prices
    SELECT :item, :cents, (SELECT coalesce(max(edition), 0) + 1 FROM prices)
    WHERE (SELECT count(*) FROM prices WHERE item != :item) < :room
    RETURNING item"""


async def price(request: Request) -> Response:
    state, item = request.app.state, text(request, "item")
    [(edition,)] = await query(state.path, EDITION)
    if state.edition != edition:
        cents = dict(await query(state.path, ALL))
        state.memo, state.edition = cents, edition
    if item not in state.memo:
        return Response(status_code=404)
    return JSONResponse(f"{state.memo[item]} cents")


async def reprice(request: Request) -> Response:
    state, cents = request.app.state, number(request, "cents")
    row = {"item": text(request, "item"), "cents": cents, "room": state.room}
    fits = await query(state.path, PUT, **row)
    return Response(status_code=204 if fits else 409)


def make_app(path: Path, room: int = 1000) -> Starlette:
    create(path, PRICES)
    one = Route("/prices/{item}", price)
    new = Route("/prices/{item}/{cents}", reprice, methods=["PUT"])
    app = Starlette(routes=[one, new])
    app.state.path, app.state.room = path, room
    app.state.memo, app.state.edition = {}, 0
    return app
