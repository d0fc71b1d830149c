"""A balancer that remembers the browser, by a cookie nobody else can write."""

import hmac
import secrets
from collections.abc import Sequence

from starlette.requests import HTTPConnection
from starlette.types import Scope

from testbed.balancers import RoundRobin

FLAGS = b"; Path=/; HttpOnly; Secure; SameSite=Lax"


class Sticky(RoundRobin):
    """The replica that the balancer's own cookie names, while it is up."""

    def __init__(self, secret: bytes = b"") -> None:
        super().__init__()
        self.secret = secret or secrets.token_bytes(32)

    def name(self, index: int) -> bytes:
        return hmac.digest(self.secret, b"%d" % index, "sha256").hex().encode()

    def __call__(self, scope: Scope, up: Sequence[int]) -> int:
        named = HTTPConnection(scope).cookies.get("replica", "").encode()
        for index in up:
            if hmac.compare_digest(self.name(index), named):
                return index
        index = super().__call__(scope, up)
        cookie = b"replica=%s; Path=/; HttpOnly; Secure; SameSite=Lax"
        scope["balancer.headers"] = [
            (b"set-cookie", cookie % self.name(index))
        ]
        return index
