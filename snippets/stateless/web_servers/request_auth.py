"""Every request speaks for itself, whatever connection it came on."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from stateless.web_servers.bearer import Owners, owner_of


async def cart(request: Request) -> PlainTextResponse:
    owner = owner_of(request.headers, request.app.state.owners)
    return PlainTextResponse(f"{owner}'s cart")


def make_app(owners: Owners) -> Starlette:
    app = Starlette(routes=[Route("/cart", cart)])
    app.state.owners = owners
    return app
