"""Only pages of this site may make changes: against CSRF, login CSRF too."""

from collections.abc import Collection

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HTTP = "http", "https"  # a proxy may hide which
SAFE = {"GET", "HEAD", "OPTIONS"}  # which must change nothing
OWN = {"same-origin", "none"}  # none: the user did it, no page did


class SameOrigin:
    """A request with neither header is let in, unless `strict`.

    Today's browsers send one of them: it comes from another program.
    """

    def __init__(
        self, app: ASGIApp, allowed: Collection[str] = (), strict: bool = False
    ) -> None:
        self.app, self.allowed, self.strict = app, set(allowed), strict

    async def __call__(self, scope: Scope, recv: Receive, send: Send) -> None:
        http = scope["type"] == "http" and scope["method"] not in SAFE
        socket = scope["type"] == "websocket"
        if not (http or socket) or self.own(scope):
            await self.app(scope, recv, send)
        elif http:
            no = PlainTextResponse("another site sent this\n", 403)
            await no(scope, recv, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def own(self, scope: Scope) -> bool:
        def sent(header: bytes) -> list[str]:
            headers = scope["headers"]
            return [v.decode("latin-1") for k, v in headers if k == header]

        origins, hosts = sent(b"origin"), sent(b"host")
        if len(origins) == 1 and origins[0] in self.allowed:
            return True
        if sites := sent(b"sec-fetch-site"):
            return len(sites) == 1 and sites[0] in OWN
        if not origins:
            return not self.strict
        ours = [f"{scheme}://{host}" for scheme in HTTP for host in hosts]
        return len(hosts) == len(origins) == 1 and origins[0] in ours
