"""An account in the process's memory, and seven ways to change it."""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.non_idempotent import operations as do
from stateful.non_idempotent.changes import Do, change, in_memory
from stateful.non_idempotent.door import Limits

NEW: dict[str, Any] = {
    "theme": "light",
    "best": 0,
    "wishes": ["jam"],
    "cart": [],
    "visits": 0,
    "gift": False,
}


def changes(keep: Do) -> list[Route]:
    return [
        change("PUT", "/theme/{value}", do.replace, str, keep),
        change("POST", "/best/{value}", do.highest, int, keep),
        change("PUT", "/wishes/{value}", do.include, str, keep),
        change("DELETE", "/wishes/{value}", do.remove, str, keep),
        change("POST", "/cart/{value}", do.append, str, keep),
        change("POST", "/visits/{value}", do.increase, int, keep),
        change("POST", "/gift", do.toggle, str, keep),
    ]


async def read(request: Request) -> JSONResponse:
    return JSONResponse(request.app.state.account)


def make_app(limits: Limits | None = None) -> Starlette:
    app = Starlette(routes=[Route("/", read), *changes(in_memory)])
    app.state.account, app.state.limits = {**NEW}, limits or Limits()
    return app
