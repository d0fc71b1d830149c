"""Passwords are kept as slow hashes, and an unknown user takes as long."""

import hmac
import secrets
from hashlib import scrypt
from unicodedata import normalize

from anyio import CapacityLimiter, to_thread

COST = "15,8,3"  # log2 N, r and p: 32 MiB and a third of a second each


def digest(password: str, salt: str, cost: str) -> str:
    n, r, p = (int(number) for number in cost.split(","))
    return scrypt(
        normalize("NFKC", password).encode(),
        salt=bytes.fromhex(salt),
        n=2**n,
        r=r,
        p=p,
        maxmem=256 * r * 2**n,
    ).hex()


def slow_hash(password: str, cost: str = COST) -> str:
    """What to keep: the cost, a salt of its own, and the hash."""
    salt = secrets.token_hex(16)
    return f"{cost}:{salt}:{digest(password, salt, cost)}"


class Passwords:
    """The hashes by user; `at_once` bounds the memory that hashing takes."""

    def __init__(
        self, kept: dict[str, str], cost: str = COST, at_once: int = 2
    ) -> None:
        self.kept, self.at_once = kept, CapacityLimiter(at_once)
        self.nobody = slow_hash(secrets.token_hex(), cost)

    async def match(self, user: str, password: str) -> bool:
        """Is it theirs? One hash is computed for anybody, known or not."""
        cost, salt, kept = self.kept.get(user, self.nobody).split(":")
        found = await to_thread.run_sync(
            digest, password, salt, cost, limiter=self.at_once
        )
        return hmac.compare_digest(found, kept)
