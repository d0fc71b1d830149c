"""Two memos: of what never changes, and of what does."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateless.rest_apis.path import number, text


async def square(request: Request) -> JSONResponse:
    n, state = number(request, "n"), request.app.state
    if len(state.squares) < state.most:
        state.squares[n] = n * n
    return JSONResponse(state.squares.get(n, n * n))


async def price(request: Request) -> JSONResponse:
    item, state = text(request, "item"), request.app.state
    known = state.prices.get(item, 0)
    if len(state.memo) < state.most:
        state.memo.setdefault(item, known)
    return JSONResponse(state.memo.get(item, known))


async def reprice(request: Request) -> Response:
    item, state = text(request, "item"), request.app.state
    cents = number(request, "cents")
    if item not in state.prices and len(state.prices) >= state.most:
        return Response(status_code=409)
    state.prices[item] = cents
    return Response(status_code=204)


def make_app(
    prices: dict[str, int] | None = None, most: int = 1000
) -> Starlette:
    app = Starlette(
        routes=[
            Route("/squares/{n}", square),
            Route("/prices/{item}", price),
            Route("/prices/{item}/{cents}", reprice, methods=["PUT"]),
        ]
    )
    app.state.squares, app.state.memo = {}, {}
    app.state.prices = {} if prices is None else prices
    app.state.most = most  # of each of the three
    return app
