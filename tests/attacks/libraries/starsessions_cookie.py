"""starsessions with its CookieStore: all of the session is in a signed cookie."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starsessions import CookieStore, SessionMiddleware, load_session

from tests.attacks.libraries.views import NAME, guarded, routes

SECRET = "a-secret-of-the-tests"


def make_app(folder: Path, same_origin: bool = False) -> Starlette:
    store = CookieStore(secret_key=SECRET)
    sessions = Middleware(SessionMiddleware, store=store, cookie_name=NAME, lifetime=1800, rolling=True)
    return Starlette(routes=routes(load_session), middleware=guarded(sessions, same_origin))
