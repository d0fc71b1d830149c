"""The same three kinds, and none of them in the process that serves."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.carts_and_preferences.one_file import create, query
from stateful.session_servers.same_origin import SameOrigin
from stateful.session_servers.session import opened
from stateful.session_servers.sessions import Sessions
from stateful.session_servers.shop import LIMITS, add
from stateful.session_servers.store import Clock, Store
from stateless.rest_apis.path import text

ORDERS = "CREATE TABLE IF NOT EXISTS orders (item TEXT)"
PLACE = "INSERT INTO orders VALUES (:item)"
ALL = "SELECT item FROM orders ORDER BY rowid"
SOLD = "SELECT item, count(*) FROM orders GROUP BY item ORDER BY item"


async def order(request: Request) -> JSONResponse:
    path, item = request.app.state.path, text(request, "item")
    await query(path, PLACE, item=item)
    return JSONResponse(dict(await query(path, SOLD))[item], 201)


async def look(request: Request) -> JSONResponse:
    path = request.app.state.path
    hard = [item for (item,) in await query(path, ALL)]
    soft = dict(await query(path, SOLD))  # counted when somebody asks
    cart = (await opened(request)).get("cart", [])
    return JSONResponse({"hard": hard, "soft": soft, "session": cart})


def make_app(path: Path, store: Store, clock: Clock) -> Starlette:
    create(path, ORDERS)
    sessions = Middleware(Sessions, store=store, clock=clock, limits=LIMITS)
    posts = {"/cart/{item}": add, "/orders/{item}": order}
    routes = [Route(path, do, methods=["POST"]) for path, do in posts.items()]
    guards = [Middleware(SameOrigin), sessions]
    app = Starlette(routes=[*routes, Route("/", look)], middleware=guards)
    app.state.path = path
    return app
