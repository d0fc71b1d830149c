"""Three kinds of state in one process: hard, soft, and a session's."""

from collections import Counter

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.session_servers.names import keeping, presented
from stateful.session_servers.same_origin import SameOrigin
from stateful.stored_data.orders import Orders
from stateful.stored_data.visitors import Visitors
from stateless.rest_apis.path import text

COOKIE = "__Host-session"


async def fill(request: Request) -> Response:
    visitors: Visitors = request.app.state.visitors
    session = presented(request.scope, COOKIE)
    name = visitors.add(session, text(request, "item"))
    cookie = {"Set-Cookie": keeping(COOKIE, name, 3600)}
    return JSONResponse(visitors.carts[name], 201, cookie)


async def order(request: Request) -> JSONResponse:
    state, item = request.app.state, text(request, "item")
    await run_in_threadpool(state.orders.place, item)
    state.sold[item] += 1
    return JSONResponse(state.sold[item], 201)


async def look(request: Request) -> JSONResponse:
    state, session = request.app.state, presented(request.scope, COOKIE)
    cart = state.visitors.carts.get(session, [])
    orders = await run_in_threadpool(state.orders.all)
    return JSONResponse({"hard": orders, "soft": state.sold, "session": cart})


def make_app(orders: Orders) -> Starlette:
    posts = {"/cart/{item}": fill, "/orders/{item}": order}
    routes = [Route(path, do, methods=["POST"]) for path, do in posts.items()]
    guard = Middleware(SameOrigin)
    app = Starlette(routes=[*routes, Route("/", look)], middleware=[guard])
    app.state.orders, app.state.visitors = orders, Visitors()
    app.state.sold = Counter(orders.all())  # rebuilt when the process starts
    return app
