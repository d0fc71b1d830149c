"""One node more, so that no cart is ever in two places."""

from stateful.less_scalable.placement import rendezvous
from stateful.membership.node import Node
from stateful.membership.registry import Registry


def grow(registry: Registry, nodes: list[Node]) -> int:
    """Add a node; how many carts it was given."""
    seen = registry.members
    members = registry.change(seen, (*seen.nodes, len(nodes)))
    for old in nodes:
        old.epoch = members.epoch  # first: who has the old list is refused
    new = Node(epoch=0)  # nobody's list: it serves no one yet
    nodes.append(new)
    owner = rendezvous([str(number) for number in members.nodes])
    for number, old in enumerate(nodes):
        for cart in [name for name in old.carts if int(owner(name)) != number]:
            new.carts[cart] = old.carts.pop(cart)
    new.epoch = members.epoch  # last: it has what it is asked for
    return len(new.carts)
