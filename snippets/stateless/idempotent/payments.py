"""Charge once for each key of a client, however often the request comes."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.idempotent.key import key_of
from stateless.idempotent.keys import Keys
from stateless.idempotent.ledger import Ledger
from stateless.rest_apis.path import number
from stateless.web_servers.bearer import Owners, owner_of


async def charge(request: Request) -> JSONResponse:
    state = request.app.state
    client = owner_of(request.headers, state.owners)
    cents, key = number(request, "cents"), key_of(request.headers)
    asked = request.scope["path"]
    note, free = await state.keys.reserve(client, key, asked)
    if note.asked != asked:
        raise HTTPException(422, "this key has asked for something else")
    if free:
        await state.ledger.charge(client, cents)
        await state.keys.finish(note, cents)
    elif note.charged is None:
        raise HTTPException(409, "this key is under way")
    return JSONResponse({"charged": note.charged}, 201)


def make_app(owners: Owners, ledger: Ledger, keys: Keys) -> Starlette:
    routes = [Route("/charges/{cents}", charge, methods=["POST"])]
    app = Starlette(routes=routes)
    app.state.owners, app.state.ledger, app.state.keys = owners, ledger, keys
    return app
