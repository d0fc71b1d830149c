"""Charge once for each key, in one transaction of the store that charges."""

import sqlite3

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateless.idempotent.key import key_of
from stateless.idempotent.one_transaction import Charges
from stateless.rest_apis.path import number
from stateless.web_servers.bearer import Owners, owner_of


async def charge(request: Request) -> JSONResponse:
    state = request.app.state
    client = owner_of(request.headers, state.owners)
    cents, key = number(request, "cents"), key_of(request.headers)
    asked = request.scope["path"]
    try:
        known, charged = await run_in_threadpool(
            state.charges.once, client, key, asked, cents
        )
    except sqlite3.Error:
        again = {"Retry-After": "5"}
        raise HTTPException(503, "nothing was charged", again) from None
    if known != asked:
        raise HTTPException(422, "this key has asked for something else")
    return JSONResponse({"charged": charged}, 201)


def make_app(owners: Owners, charges: Charges) -> Starlette:
    routes = [Route("/charges/{cents}", charge, methods=["POST"])]
    app = Starlette(routes=routes)
    app.state.owners, app.state.charges = owners, charges
    return app
