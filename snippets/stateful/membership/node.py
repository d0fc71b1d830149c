"""A node that serves only those who route by the list that it has."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from start.what_state_is.cart import Carts, make_app


class Node:
    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.carts: Carts = {}
        self.app = make_app(self.carts)

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        lists = Headers(scope=scope).getlist("epoch")
        if lists == [str(self.epoch)]:
            await self.app(scope, receive, send)
        else:  # before the body is read: the request can be sent elsewhere
            refusal = PlainTextResponse("another list of nodes\n", 421)
            await refusal(scope, receive, send)
