"""Links that are keys: one to a cart, for a time, and it can be revoked."""

import secrets
from collections.abc import Callable

from stateless.web_servers.bearer import digest

Cart = tuple[str, str]  # an owner, and a name


class Links:
    """By the digests of their secrets: who reads these cannot use them."""

    def __init__(
        self, clock: Callable[[], float], lifetime: float = 86_400
    ) -> None:
        self.clock, self.lifetime = clock, lifetime
        self.to: dict[str, tuple[Cart, float]] = {}
        self.of: dict[Cart, str] = {}

    def renew(self, cart: Cart) -> str:
        """A new secret for this cart; an older one is no longer good."""
        self.revoke(cart)
        secret = secrets.token_urlsafe()
        self.of[cart] = digest(secret)
        self.to[digest(secret)] = cart, self.clock() + self.lifetime
        return secret

    def revoke(self, cart: Cart) -> None:
        if cart in self.of:
            del self.to[self.of.pop(cart)]

    def find(self, secret: str) -> Cart | None:
        cart, until = self.to.get(digest(secret), (None, 0.0))
        if cart and self.clock() >= until:
            self.revoke(cart)  # for good: a clock may be set back
            return None
        return cart
