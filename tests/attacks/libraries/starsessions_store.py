"""starsessions over a store of sessions, with what its README and its interface offer against these attacks.

The name is renewed at each login, and the old one removed after the new one has been kept.
"""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.websockets import WebSocket
from starsessions import (
    JsonSerializer,
    SessionMiddleware,
    SessionStore,
    get_session_id,
    load_session,
    regenerate_session_id,
)

from tests.attacks.libraries.in_file import FileStore
from tests.attacks.libraries.views import NAME, guarded, routes

LIFETIME = 1800


def make_app(folder: Path, same_origin: bool = False, store: SessionStore | None = None) -> Starlette:
    kept = store or FileStore(folder / "sessions.db")

    async def renew(request: Request) -> BackgroundTask | None:
        old = get_session_id(request)
        regenerate_session_id(request)
        return BackgroundTask(kept.remove, old) if old else None

    async def user_now(socket: WebSocket) -> str | None:
        data = await kept.read(get_session_id(socket) or "", LIFETIME)
        user: str | None = JsonSerializer().deserialize(data).get("user")
        return user

    sessions = Middleware(SessionMiddleware, store=kept, cookie_name=NAME, lifetime=LIFETIME, rolling=True)
    return Starlette(routes=routes(load_session, renew, user_now), middleware=guarded(sessions, same_origin))
