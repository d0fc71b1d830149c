"""Wrong: the whole process knows who the last customer was."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

LONGEST = 64
customer = "nobody"


async def shelf() -> int:
    return 3


def greeting(left: int) -> str:
    return f"{left} teas for {customer}"


async def home(request: Request) -> PlainTextResponse:
    global customer
    name = request.query_params.get("customer", customer)
    if len(name) > LONGEST:
        return PlainTextResponse("a shorter name, please\n", 400)
    customer = name
    left = await request.app.state.count()
    return PlainTextResponse(greeting(left))


def make_app(count: Callable[[], Awaitable[int]] = shelf) -> Starlette:
    app = Starlette(routes=[Route("/", home)])
    app.state.count = count
    return app
