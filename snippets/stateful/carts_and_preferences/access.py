"""Who is asking, and which carts are theirs: asked for each request."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from stateless.rest_apis.path import text
from stateless.web_servers.bearer import owner_of

Carts = dict[str, dict[str, list[str]]]  # each owner's, by name


async def who(request: Request) -> str:
    return owner_of(request.headers, request.app.state.owners)


async def mine(request: Request) -> dict[str, list[str]]:
    carts: Carts = request.app.state.carts
    return carts.setdefault(await who(request), {})


async def one(request: Request) -> list[str]:
    """The cart in the path; 404 for another's too, which is not in `mine`."""
    cart = (await mine(request)).get(text(request, "cart"))
    if cart is None:
        raise HTTPException(404)
    return cart
