"""The customer is known for as long as the request, and to it alone."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

LONGEST = 64


async def shelf() -> int:
    return 3


def greeting(left: int, customer: str) -> str:
    return f"{left} teas for {customer}"


async def home(request: Request) -> PlainTextResponse:
    customer = request.query_params.get("customer", "nobody")
    if len(customer) > LONGEST:
        return PlainTextResponse("a shorter name, please\n", 400)
    left = await request.app.state.count()
    return PlainTextResponse(greeting(left, customer))


def make_app(count: Callable[[], Awaitable[int]] = shelf) -> Starlette:
    app = Starlette(routes=[Route("/", home)])
    app.state.count = count
    return app
