"""Wrong on purpose: the naive sessions, whose save puts back what has been deleted meanwhile."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from tests.attacks.naive import session_shop


class Store(session_shop.Store):
    async def save(self, key: str, data: str, new: bool) -> None:
        await run_in_threadpool(self.query, "REPLACE INTO sessions VALUES (?, ?, 1)", key, data)


def make_app(folder: Path) -> Starlette:
    return session_shop.make_app(folder, Store(folder / "sessions.db"))
