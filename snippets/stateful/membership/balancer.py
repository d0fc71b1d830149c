"""Routes by the list that it has, and reads a new one when refused."""

from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from stateful.less_scalable.placement import rendezvous
from stateful.membership.node import Node
from stateful.membership.registry import Registry


class Balancer:
    def __init__(self, registry: Registry, nodes: list[Node]) -> None:
        self.registry, self.nodes = registry, nodes
        self.members = registry.members

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        for _ in range(2):
            if await self.served(scope, receive, send):
                return
            self.members = self.registry.members
        wait = {"retry-after": "1"}
        nobody = PlainTextResponse("the carts are moving\n", 503, wait)
        await nobody(scope, receive, send)

    async def served(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Ask the owner; False if that one has another list of nodes."""
        epoch, numbers = self.members
        key = scope["path"].removeprefix("/carts/").split("/")[0]
        owner = int(rendezvous([str(n) for n in numbers])(key))
        # What a client says about the list is nothing to a node.
        headers = [h for h in scope["headers"] if h[0].lower() != b"epoch"]
        headers.append((b"epoch", str(epoch).encode()))
        refused = False

        async def reply(message: Message) -> None:
            nonlocal refused
            refused = refused or message.get("status") == 421
            if not refused:
                await send(message)

        asked = {**scope, "headers": headers}
        await self.nodes[owner](asked, receive, reply)
        return not refused
