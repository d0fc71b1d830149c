"""Starlette's session under a name that no sibling domain can set."""

import re
from typing import Any

from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "__Host-session"
SIGNED = re.compile(COOKIE.encode() + rb"=[A-Za-z0-9+/=_.-]+")


class HostSession(SessionMiddleware):
    """Bytes are compared as they came, for Starlette strips some from a name.

    So a cookie that only looks like this one is another cookie.
    """

    def __init__(self, app: ASGIApp, /, secret: str, **options: Any) -> None:
        options |= {"session_cookie": COOKIE, "https_only": True}
        super().__init__(app, secret, **options)

    async def __call__(self, scope: Scope, recv: Receive, send: Send) -> None:
        headers = scope.get("headers", [])
        lines = [value for key, value in headers if key == b"cookie"]
        pairs = [p.removeprefix(b" ") for p in b";".join(lines).split(b";")]
        ours = [pair for pair in pairs if SIGNED.fullmatch(pair)]
        others = [header for header in headers if header[0] != b"cookie"]
        if len(ours) == 1:
            others.append((b"cookie", ours[0]))
        await super().__call__({**scope, "headers": others}, recv, send)
