"""A constant, a pool and a memo: kept, and no later request needs them."""

from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

UNIT = "cents"


@dataclass
class Store:
    """What is outside: the prices, and how often they were changed."""

    cents: dict[str, int] = field(default_factory=dict)
    edition: int = 0
    opened: int = field(default=0, compare=False)

    def connect(self) -> "Store":
        self.opened += 1
        return self


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
    store.cents[request.path_params["item"]] = request.path_params["cents"]
    store.edition += 1
    return Response(status_code=204)


def make_app(store: Store) -> Starlette:
    one = Route("/prices/{item}", price)
    new = Route("/prices/{item}/{cents:int}", reprice, methods=["PUT"])
    app = Starlette(routes=[one, new])
    app.state.store, app.state.pool = store, []
    app.state.memo, app.state.edition = {}, 0
    return app
