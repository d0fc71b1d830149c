"""An account in the process's memory, and seven ways to change it."""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.non_idempotent import operations as do

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


def change(method: str, path: str, operation: Callable[..., Any]) -> Route:
    async def endpoint(request: Request) -> JSONResponse:
        part = request.url.path.split("/")[1]
        account = request.app.state.account
        account[part] = operation(account[part], **request.path_params)
        return JSONResponse(account[part])

    return Route(path, endpoint, methods=[method])


def make_app() -> Starlette:
    routes = [
        Route("/", read),
        change("PUT", "/theme/{value}", do.replace),
        change("POST", "/best/{value:int}", do.highest),
        change("PUT", "/wishes/{value}", do.include),
        change("DELETE", "/wishes/{value}", do.remove),
        change("POST", "/cart/{value}", do.append),
        change("POST", "/visits/{value:int}", do.increase),
        change("POST", "/gift", do.toggle),
    ]
    app = Starlette(routes=routes)
    app.state.account = {**NEW}
    return app
