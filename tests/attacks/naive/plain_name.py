"""Wrong on purpose: the naive sessions, under a cookie whose name promises nothing."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette

from tests.attacks.naive import session_shop


def make_app(folder: Path) -> Starlette:
    return session_shop.make_app(folder, name="session")
