"""Five designs of one cart, each as one would run it."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.applications import Starlette

from hybrid.scorecard import cookie_cart, resource_cart, session_cart
from hybrid.scorecard.outside import Outside
from testbed import RoundRobin, Sticky


class Design(NamedTuple):
    make_app: Callable[[Outside], Starlette]
    replicas: int = 4
    pick: type[RoundRobin] = RoundRobin
    signs: bool = False
    cart: str = "/cart"
    home: str = ""  # a field of Outside; without one it is the process


def in_process(outside: Outside) -> Starlette:
    return session_cart.make_app({})


def in_cookie(outside: Outside) -> Starlette:
    return cookie_cart.make_app(outside.secret)


def in_store(outside: Outside) -> Starlette:
    return session_cart.make_app(outside.sessions)


def as_resource(outside: Outside) -> Starlette:
    return resource_cart.make_app(outside.sessions, outside.carts)


DESIGNS = {
    "process memory": Design(in_process, replicas=1),
    "sticky memory": Design(in_process, pick=Sticky),
    "signed cookie": Design(in_cookie, signs=True, home="jars"),
    "session store": Design(in_store, home="sessions"),
    "resource": Design(as_resource, cart="/carts/{user}", home="carts"),
}
