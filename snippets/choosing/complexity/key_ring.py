"""Starlette's signed cookie under several secrets, oldest first."""

from typing import Any

from itsdangerous import TimestampSigner
from starlette.types import ASGIApp

from choosing.complexity.host_session import HostSession


class KeyRing(HostSession):
    """Reads what any of them has signed, and signs with the last."""

    def __init__(
        self, app: ASGIApp, /, secrets: list[str], **options: Any
    ) -> None:
        if isinstance(secrets, str):  # each of its letters would be a secret
            raise TypeError("a list of secrets, even if it has one")
        super().__init__(app, secrets[-1], **options)
        self.signer = TimestampSigner([*secrets])
