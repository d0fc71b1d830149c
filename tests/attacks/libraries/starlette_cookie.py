"""Starlette's own SessionMiddleware: all of the session is in a signed cookie."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware

from tests.attacks.libraries.views import NAME, guarded, routes

SECRET = "a-secret-of-the-tests"


def make_app(folder: Path, same_origin: bool = False) -> Starlette:
    sessions = Middleware(SessionMiddleware, secret_key=SECRET, session_cookie=NAME, https_only=True, max_age=1800)
    return Starlette(routes=routes(), middleware=guarded(sessions, same_origin))
