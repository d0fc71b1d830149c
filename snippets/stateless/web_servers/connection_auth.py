"""Wrong: the first request on a connection speaks for all that follow."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from stateless.web_servers.bearer import Owners, owner_of


async def cart(request: Request) -> PlainTextResponse:
    state, connection = request.app.state, request.client
    if connection not in state.known:
        state.known[connection] = owner_of(request.headers, state.owners)
    return PlainTextResponse(f"{state.known[connection]}'s cart")


def make_app(owners: Owners) -> Starlette:
    app = Starlette(routes=[Route("/cart", cart)])
    app.state.owners, app.state.known = owners, {}
    return app
