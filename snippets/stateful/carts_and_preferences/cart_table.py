"""One cart for each user, which the processes of a machine share."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.carts_and_preferences.access import who
from stateful.carts_and_preferences.one_file import create, query
from stateless.rest_apis.path import text
from stateless.web_servers.bearer import Owners

ITEMS = """CREATE TABLE IF NOT EXISTS items (owner TEXT, item TEXT);
    CREATE INDEX IF NOT EXISTS owners ON items (owner)"""
READ = "SELECT item FROM items WHERE owner = :owner ORDER BY rowid"
ADD = """INSERT INTO items SELECT :owner, :item
    WHERE (SELECT count(*) FROM items WHERE owner = :owner) < :most
    RETURNING item"""


async def read(request: Request) -> JSONResponse:
    rows = await query(request.app.state.path, READ, owner=await who(request))
    return JSONResponse([item for (item,) in rows])


async def add(request: Request) -> JSONResponse:
    state, row = request.app.state, {"owner": await who(request)}
    row["item"] = text(request, "item")
    added = await query(state.path, ADD, most=state.most, **row)
    return JSONResponse([item for (item,) in added], 201 if added else 409)


def make_app(owners: Owners, path: Path, most: int = 100) -> Starlette:
    create(path, ITEMS)
    add_one = Route("/cart/{item}", add, methods=["POST"])
    app = Starlette(routes=[Route("/cart", read), add_one])
    app.state.owners, app.state.path, app.state.most = owners, path, most
    return app
