"""Who sent a request, by the token that its own headers carry."""

from contextlib import suppress
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

Owners = dict[str, str]  # who a token was given to, by the token's digest


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def owner_of(headers: Headers, owners: Owners) -> str:
    """The owner of the token; HTTPException 401, where there is none."""
    with suppress(KeyError, ValueError):
        [line] = headers.getlist("authorization")
        scheme, _, token = line.partition(" ")  # no other blank will do
        if scheme.lower() == "bearer":
            return owners[digest(token.lstrip(" "))]
    raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
