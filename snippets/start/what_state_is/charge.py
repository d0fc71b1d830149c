"""A charge: the process remembers nothing, the ledger everything."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def charge(request: Request) -> JSONResponse:
    cents = request.path_params["cents"]
    request.app.state.ledger.append(cents)
    return JSONResponse({"charged": cents}, 201)


def make_app(ledger: list[int]) -> Starlette:
    routes = [Route("/charges/{cents:int}", charge, methods=["POST"])]
    app = Starlette(routes=routes)
    app.state.ledger = ledger
    return app
