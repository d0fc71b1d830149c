"""A charge: the process remembers nothing, the ledger everything."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.rest_apis.path import number


async def charge(request: Request) -> JSONResponse:
    cents, ledger = number(request, "cents"), request.app.state.ledger
    if len(ledger) >= request.app.state.most:
        return JSONResponse("the ledger is full", 503)
    ledger.append(cents)
    return JSONResponse({"charged": cents}, 201)


def make_app(ledger: list[int], most: int = 1000) -> Starlette:
    routes = [Route("/charges/{cents}", charge, methods=["POST"])]
    app = Starlette(routes=routes)
    app.state.ledger, app.state.most = ledger, most
    return app
