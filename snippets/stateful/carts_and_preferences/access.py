"""Who is asking, and which carts are theirs: asked for each request."""

from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request

from stateless.web_servers.bearer import owner_of


@dataclass
class Cart:
    owner: str
    items: list[str] = field(default_factory=list)


Carts = dict[str, Cart]


async def who(request: Request) -> str:
    return owner_of(request.headers, request.app.state.owners)


async def mine(request: Request) -> Carts:
    user, carts = await who(request), request.app.state.carts
    return {name: cart for name, cart in carts.items() if cart.owner == user}


async def one(request: Request) -> Cart:
    if cart := (await mine(request)).get(request.path_params["cart"]):
        return cart
    raise HTTPException(404)  # another's cart looks like no cart
