"""Wrong: between the look at the key and its note, another may look."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.idempotent.key import key_of
from stateless.idempotent.ledger import Ledger
from stateless.rest_apis.path import number
from stateless.web_servers.bearer import Owners, owner_of


async def charge(request: Request) -> JSONResponse:
    state = request.app.state
    client = owner_of(request.headers, state.owners)
    cents, key = number(request, "cents"), key_of(request.headers)
    if (client, key) not in state.done:
        await state.ledger.charge(client, cents)
        state.done[client, key] = cents
    return JSONResponse({"charged": state.done[client, key]}, 201)


def make_app(owners: Owners, ledger: Ledger) -> Starlette:
    routes = [Route("/charges/{cents}", charge, methods=["POST"])]
    app = Starlette(routes=routes)
    app.state.owners, app.state.ledger, app.state.done = owners, ledger, {}
    return app
