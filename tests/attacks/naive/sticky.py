"""Wrong on purpose: a balancer that goes to whichever replica the client's cookie names."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import HTTPConnection
from starlette.types import Scope

from testbed import RoundRobin


class Sticky(RoundRobin):
    def __call__(self, scope: Scope, up: Sequence[int]) -> int:
        named = HTTPConnection(scope).cookies.get("replica")
        if known := [index for index in up if str(index) == named]:
            return known[0]
        index = super().__call__(scope, up)
        scope["balancer.headers"] = [(b"set-cookie", f"replica={index}; Path=/; HttpOnly".encode())]
        return index
