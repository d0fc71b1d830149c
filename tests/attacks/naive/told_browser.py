"""Wrong on purpose: the naive sessions, whose logout tells the browser and nobody else."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.attacks.naive import session_shop


async def logout(request: Request) -> Response:
    return Response(None, 204, {"Set-Cookie": f"{session_shop.NAME}=; Path=/; Max-Age=0; Secure"})


def make_app(folder: Path) -> Starlette:
    app = session_shop.make_app(folder)
    app.router.routes.insert(0, Route("/logout", logout, methods=["POST"]))
    return app
