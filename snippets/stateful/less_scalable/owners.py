"""Nodes that keep carts in memory, each cart at the one node that owns it."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.types import Scope

from start.what_state_is.cart import Carts, make_app
from stateful.less_scalable.placement import Way
from testbed import Cluster
from testbed.replica import Replica


class Nodes:
    def __init__(self, way: Way, count: int) -> None:
        self.way = way
        self.memories: list[Carts] = []
        self.cluster = Cluster(self.start, count, self.pick)

    def start(self) -> Starlette:
        self.memories.append({})
        return make_app(self.memories[-1])

    def pick(self, scope: Scope, up: Sequence[int]) -> int:
        """The balancer's choice: the owner of the cart in the path."""
        owner = self.way([str(number) for number in up])
        return int(owner("".join(scope["path"].split("/")[2:3])))

    def add(self) -> None:
        """One more node, which owns carts at once and holds none."""
        number = len(self.memories)
        self.cluster.replicas.append(Replica(self.start(), number))

    def hand_over(self) -> int:
        """Bring each cart to its owner; how many had to travel."""
        owner = self.way([str(n) for n in range(len(self.memories))])
        moves = [
            (cart, old, int(owner(cart)))
            for old, memory in enumerate(self.memories)
            for cart in memory
            if int(owner(cart)) != old
        ]
        for cart, old, new in moves:
            late = self.memories[new].pop(cart, [])  # what came since add()
            self.memories[new][cart] = self.memories[old].pop(cart) + late
        return len(moves)
