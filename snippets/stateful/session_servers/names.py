"""The name of a session in a cookie: against names that nobody issued."""

import re
import secrets
from hashlib import sha256

from starlette.types import Scope

ISSUED = re.compile(rb"[A-Za-z0-9_-]{43}")
FLAGS = "Secure; HttpOnly; SameSite=Lax"
NO_STORE = {"Cache-Control": "no-store"}  # for what is shown to one user


def issued() -> str:
    """A name that nobody can guess: 256 random bits."""
    return secrets.token_urlsafe(32)


def hashed(name: str) -> str:
    """The key that a store is given: who reads it there learns no name."""
    return sha256(name.encode()).hexdigest()


def presented(
    scope: Scope, cookie: str, form: re.Pattern[bytes] = ISSUED
) -> str | None:
    """The name that came; "" for several; None for what is none of ours.

    Bytes are compared as they came: what else looks like the cookie once
    something has been stripped from it is another cookie.
    """
    lines = [value for key, value in scope["headers"] if key == b"cookie"]
    pairs = [
        pair.removeprefix(b" ").partition(b"=")
        for pair in b";".join(lines).split(b";")
    ]
    values = [value for key, _, value in pairs if key == cookie.encode()]
    if len(values) > 1:
        return ""
    if values and form.fullmatch(values[0]):
        return values[0].decode()
    return None


def keeping(cookie: str, name: str, seconds: int) -> str:
    return f"{cookie}={name}; Path=/; Max-Age={seconds}; {FLAGS}"


def removing(cookie: str) -> str:
    return f"{cookie}=; Path=/; Max-Age=0; {FLAGS}"
