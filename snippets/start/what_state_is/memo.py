"""Two memos: of what never changes, and of what does."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateless.rest_apis.path import number


async def square(request: Request) -> JSONResponse:
    n = number(request, "n")
    memo: dict[int, int] = request.app.state.squares
    return JSONResponse(memo.setdefault(n, n * n))


async def price(request: Request) -> JSONResponse:
    memo: dict[str, int] = request.app.state.memo
    known: dict[str, int] = request.app.state.prices
    item = request.path_params["item"]
    return JSONResponse(memo.setdefault(item, known.get(item, 0)))


async def reprice(request: Request) -> Response:
    item = request.path_params["item"]
    request.app.state.prices[item] = number(request, "cents")
    return Response(status_code=204)


def make_app(prices: dict[str, int] | None = None) -> Starlette:
    app = Starlette(
        routes=[
            Route("/squares/{n}", square),
            Route("/prices/{item}", price),
            Route("/prices/{item}/{cents}", reprice, methods=["PUT"]),
        ]
    )
    app.state.squares, app.state.memo = {}, {}
    app.state.prices = {} if prices is None else prices
    return app
