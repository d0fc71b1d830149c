"""A session behind a cookie that no other host can set hands on all else that a request has."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from choosing.complexity.host_session import HostSession


def test_other_headers_reach_the_app() -> None:
    async def told(request: Request) -> Response:
        return JSONResponse([request.headers.get("x-tea"), request.headers.get("cookie")])

    app = HostSession(Starlette(routes=[Route("/", told)]), "a secret")
    reply = TestClient(app).get("/", headers={"X-Tea": "green", "Cookie": "a=b"})
    assert reply.json() == ["green", None]
