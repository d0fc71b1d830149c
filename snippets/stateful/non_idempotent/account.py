"""An account in the process's memory, and seven ways to change it."""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.non_idempotent import operations as do
from stateful.non_idempotent.changes import change
from stateful.non_idempotent.door import Limits

NEW: dict[str, Any] = {
    "theme": "light",
    "best": 0,
    "wishes": ["jam"],
    "cart": [],
    "visits": 0,
    "gift": False,
}


async def read(request: Request) -> JSONResponse:
    return JSONResponse(request.app.state.account)


def make_app(limits: Limits | None = None) -> Starlette:
    routes = [
        Route("/", read),
        change("PUT", "/theme/{value}", do.replace),
        change("POST", "/best/{value}", do.highest, int),
        change("PUT", "/wishes/{value}", do.include),
        change("DELETE", "/wishes/{value}", do.remove),
        change("POST", "/cart/{value}", do.append),
        change("POST", "/visits/{value}", do.increase, int),
        change("POST", "/gift", do.toggle),
    ]
    app = Starlette(routes=routes)
    app.state.account, app.state.limits = {**NEW}, limits or Limits()
    return app
