"""A route that applies one operation to one part of the account."""

from collections.abc import Callable
from typing import Any

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Do = Callable[..., Any]


async def in_memory(state: State, part: str, do: Do, *values: Any) -> Any:
    """What is kept from now on; None, where there is no room for it."""
    new = do(state.account[part], *values)
    if not state.limits.hold(new):
        return None
    state.account[part] = new
    return new


def change(method: str, path: str, do: Do, kind: type, keep: Do) -> Route:
    part = path.split("/")[1]

    async def endpoint(request: Request) -> JSONResponse:
        state, words = request.app.state, request.path_params.values()
        try:
            values = [state.limits.read(word, kind) for word in words]
        except ValueError as error:
            return JSONResponse(str(error), 400)
        new = await keep(state, part, do, *values)
        return JSONResponse("full", 409) if new is None else JSONResponse(new)

    return Route(path, endpoint, methods=[method])
