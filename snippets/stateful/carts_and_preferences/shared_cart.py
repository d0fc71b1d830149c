"""The owner of a cart can give others a link to read it, and end that."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.carts_and_preferences.access import Carts, one, who
from stateful.carts_and_preferences.links import Links
from stateless.rest_apis.path import text
from stateless.web_servers.bearer import Owners

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def share(request: Request) -> Response:
    cart = await who(request), text(request, "cart")
    request.app.state.links.revoke(cart)  # first: the cart may be gone
    await one(request)
    if request.method == "DELETE":
        return Response(status_code=204)
    secret = request.app.state.links.renew(cart)
    return Response(None, 201, {"Location": f"/shared/{secret}", **PRIVATE})


async def read(request: Request) -> JSONResponse:
    state, cart = request.app.state, None
    if found := state.links.find(text(request, "secret")):
        cart = state.carts.get(found[0], {}).get(found[1])
    return JSONResponse(cart, 404 if cart is None else 200, PRIVATE)


def make_app(owners: Owners, carts: Carts, links: Links) -> Starlette:
    routes = [
        Route("/links/{cart}", share, methods=["POST", "DELETE"]),
        Route("/shared/{secret}", read),
    ]
    app = Starlette(routes=routes)
    app.state.owners, app.state.carts, app.state.links = owners, carts, links
    return app
