"""Three kinds of state in one process: hard, soft, and a session's."""

import secrets
from collections import Counter

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.stored_data.orders import Orders


async def fill(request: Request) -> Response:
    carts: dict[str, list[str]] = request.app.state.carts
    session = request.cookies.get("session")
    if session not in carts:
        session = secrets.token_urlsafe()
    carts.setdefault(session, []).append(request.path_params["item"])
    reply = JSONResponse(carts[session], 201)
    reply.set_cookie("session", session, secure=True, httponly=True)
    return reply


async def order(request: Request) -> JSONResponse:
    state, item = request.app.state, request.path_params["item"]
    await run_in_threadpool(state.orders.place, item)
    state.sold[item] += 1
    return JSONResponse(state.sold[item], 201)


async def look(request: Request) -> JSONResponse:
    state = request.app.state
    cart = state.carts.get(request.cookies.get("session"), [])
    orders = await run_in_threadpool(state.orders.all)
    return JSONResponse({"hard": orders, "soft": state.sold, "session": cart})


def make_app(orders: Orders) -> Starlette:
    app = Starlette(
        routes=[
            Route("/", look),
            Route("/cart/{item}", fill, methods=["POST"]),
            Route("/orders/{item}", order, methods=["POST"]),
        ]
    )
    app.state.orders, app.state.carts = orders, {}
    app.state.sold = Counter(orders.all())  # rebuilt when the process starts
    return app
