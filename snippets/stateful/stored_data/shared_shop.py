"""The same three kinds, and none of them in the process that serves."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.session_servers.same_origin import SameOrigin
from stateful.session_servers.session import opened
from stateful.session_servers.sessions import Sessions
from stateful.session_servers.shop import LIMITS, add
from stateful.session_servers.store import Clock, Store
from stateful.stored_data.orders import Orders
from stateful.stored_data.paging import part
from stateless.rest_apis.path import text


async def order(request: Request) -> JSONResponse:
    place, item = request.app.state.orders.place, text(request, "item")
    return JSONResponse(await run_in_threadpool(place, item), 201)


async def look(request: Request) -> JSONResponse:
    orders, wanted = request.app.state.orders, part(request)
    hard = await run_in_threadpool(orders.page, *wanted)
    soft = await run_in_threadpool(orders.sold, *wanted)  # counted now
    cart = (await opened(request)).get("cart", [])
    return JSONResponse(wanted.shown(hard, soft, cart))


def make_app(orders: Orders, store: Store, clock: Clock) -> Starlette:
    sessions = Middleware(Sessions, store=store, clock=clock, limits=LIMITS)
    posts = {"/cart/{item}": add, "/orders/{item}": order}
    routes = [Route(path, do, methods=["POST"]) for path, do in posts.items()]
    guards = [Middleware(SameOrigin), sessions]
    app = Starlette(routes=[*routes, Route("/", look)], middleware=guards)
    app.state.orders = orders
    return app
