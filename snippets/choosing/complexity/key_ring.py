"""Starlette's signed cookie under several secrets, oldest first."""

from collections.abc import Sequence
from typing import Any

from itsdangerous import TimestampSigner
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp


class KeyRing(SessionMiddleware):
    """Reads what any of them has signed, and signs with the last."""

    def __init__(
        self, app: ASGIApp, /, secrets: Sequence[str], **options: Any
    ) -> None:
        super().__init__(app, secrets[-1], **options)
        self.signer = TimestampSigner([*secrets])
