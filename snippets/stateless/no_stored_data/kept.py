"""A constant, a pool and a memo: kept, and no later request needs them."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateless.no_stored_data.prices import Store

UNIT = "cents"
LONGEST, DIGITS = 64, 9


async def price(request: Request) -> Response:
    state, item = request.app.state, request.path_params["item"]
    connection = state.pool.pop() if state.pool else state.store.connect()
    if state.edition != connection.edition:
        state.memo, state.edition = {**connection.cents}, connection.edition
    state.pool.append(connection)
    if item not in state.memo:
        return Response(status_code=404)
    return JSONResponse(f"{state.memo[item]} {UNIT}")


async def reprice(request: Request) -> Response:
    store: Store = request.app.state.store
    item, cents = request.path_params.values()
    number = cents.isascii() and cents.isdigit() and len(cents) <= DIGITS
    if not number or len(item) > LONGEST:
        return Response(status_code=400)
    fits = store.put(item, int(cents))
    return Response(status_code=204 if fits else 409)


def make_app(store: Store) -> Starlette:
    one = Route("/prices/{item}", price)
    new = Route("/prices/{item}/{cents}", reprice, methods=["PUT"])
    app = Starlette(routes=[one, new])
    app.state.store, app.state.pool = store, []
    app.state.memo, app.state.edition = {}, 0
    return app
