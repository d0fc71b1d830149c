"""The carts of cart_table.py, and links to read them, in one file."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stateful.carts_and_preferences import cart_table
from stateful.carts_and_preferences.access import who
from stateful.carts_and_preferences.link_table import LinkTable
from stateful.carts_and_preferences.one_file import query
from stateful.carts_and_preferences.shared_cart import PRIVATE
from stateful.session_servers.store import Clock
from stateless.rest_apis.path import text
from stateless.web_servers.bearer import Owners


async def share(request: Request) -> Response:
    links, owner = request.app.state.links, await who(request)
    if request.method == "DELETE":
        await links.revoke(owner)
        return Response(status_code=204)
    location = f"/shared/{await links.renew(owner)}"
    return Response(None, 201, {"Location": location, **PRIVATE})


async def read(request: Request) -> JSONResponse:
    state, secret = request.app.state, text(request, "secret")
    if not (owner := await state.links.find(secret)):
        return JSONResponse(None, 404, PRIVATE)
    rows = await query(state.path, cart_table.READ, owner=owner)
    return JSONResponse([item for (item,) in rows], 200, PRIVATE)


def make_app(owners: Owners, path: Path, clock: Clock) -> Starlette:
    app = cart_table.make_app(owners, path)
    app.router.add_route("/link", share, methods=["POST", "DELETE"])
    app.router.add_route("/shared/{secret}", read)
    app.state.links = LinkTable(path, clock)
    return app
