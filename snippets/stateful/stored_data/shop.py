"""Three kinds of state in one process: hard, soft, and a session's."""

from collections import Counter

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from choosing.complexity.host_session import COOKIE
from stateful.session_servers.names import NO_STORE, keeping, presented
from stateful.session_servers.same_origin import SameOrigin
from stateful.stored_data.orders import Orders
from stateful.stored_data.paging import part
from stateful.stored_data.visitors import Visitors
from stateless.rest_apis.path import text


async def fill(request: Request) -> Response:
    state, session = request.app.state, presented(request.scope, COOKIE)
    name = state.visitors.add(session, text(request, "item"))
    cookie = {"Set-Cookie": keeping(COOKIE, name, 3600)}
    return JSONResponse(state.visitors.carts[name], 201, cookie)


async def order(request: Request) -> JSONResponse:
    state, item = request.app.state, text(request, "item")
    await run_in_threadpool(state.orders.place, item)
    state.sold[item] += 1
    return JSONResponse(state.sold[item], 201)


async def look(request: Request) -> JSONResponse:
    state, wanted = request.app.state, part(request)
    hard = await run_in_threadpool(state.orders.page, *wanted)
    soft = {item: state.sold[item] for item in hard.values()}
    cart = state.visitors.carts.get(presented(request.scope, COOKIE), [])
    return JSONResponse(wanted.shown(hard, soft, cart), headers=NO_STORE)


def make_app(orders: Orders) -> Starlette:
    posts = {"/cart/{item}": fill, "/orders/{item}": order}
    routes = [Route(path, do, methods=["POST"]) for path, do in posts.items()]
    guards = [Middleware(SameOrigin)]
    app = Starlette(routes=[*routes, Route("/", look)], middleware=guards)
    app.state.orders, app.state.visitors = orders, Visitors()
    app.state.sold = Counter(orders.sold())  # rebuilt when the process starts
    return app
