"""A route that applies one operation to one part of the account."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.non_idempotent.door import Limits


def change(
    method: str, path: str, operation: Callable[..., Any], kind: type = str
) -> Route:
    part = path.split("/")[1]

    async def endpoint(request: Request) -> JSONResponse:
        account = request.app.state.account
        limits: Limits = request.app.state.limits
        try:
            words = request.path_params.values()
            values = [limits.read(word, kind) for word in words]
        except ValueError as error:
            return JSONResponse(str(error), 400)
        new = operation(account[part], *values)
        if not limits.hold(new):
            return JSONResponse("full", 409)
        account[part] = new
        return JSONResponse(new)

    return Route(path, endpoint, methods=[method])
