"""The owner as a service of its own. Run one process of it, never two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateless.scalable.counter import Counter
from stateless.scalable.owner import Owner


async def visit(request: Request) -> Response:
    owner: Owner = request.app.state.owner
    try:
        return JSONResponse(await owner.count())
    except asyncio.QueueFull:
        return Response(status_code=503, headers={"retry-after": "1"})
    except OSError:  # the store's; it may have counted, so no retry-after
        return Response(status_code=503)


@asynccontextmanager
async def working(app: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(app.state.owner.work())
    yield
    task.cancel()


def make_app(visits: Counter) -> Starlette:
    one = Route("/visits", visit, methods=["POST"])
    app = Starlette(routes=[one], lifespan=working)
    app.state.owner = Owner(visits)
    return app
