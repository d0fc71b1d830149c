"""Who sent a request, by the token that the request itself carries."""

from contextlib import suppress
from hashlib import sha256

from starlette.exceptions import HTTPException
from starlette.requests import Request

Owners = dict[str, str]  # who a token was given to, by the token's digest


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def owner_of(request: Request, owners: Owners) -> str:
    """The owner of the token; HTTPException 401, where there is none."""
    with suppress(KeyError, ValueError):
        scheme, token = request.headers["authorization"].split()
        if scheme.lower() == "bearer":
            return owners[digest(token)]
    raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
