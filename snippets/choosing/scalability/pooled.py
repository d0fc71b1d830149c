"""A replica that keeps nothing, but opens a pool before it serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from choosing.scalability.database import Database


async def visit(request: Request) -> JSONResponse:
    database: Database = request.app.state.database
    database.visits += 1
    return JSONResponse(database.visits)


def make_app(database: Database, pool: int = 20) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database.connect(pool)
        try:
            yield
        finally:
            database.close(pool)

    routes = [Route("/visit", visit, methods=["POST"])]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.database = database
    return app
