"""A replica that keeps nothing and asks the owner, wherever that runs."""

from httpx2 import AsyncClient, TransportError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def visit(request: Request) -> Response:
    owner: AsyncClient = request.app.state.owner
    try:
        reply = await owner.post("/visits")
    except TransportError:
        return Response(status_code=502)  # it may have counted all the same
    kind = reply.headers.get("content-type")
    return Response(reply.content, reply.status_code, media_type=kind)


def make_app(owner: AsyncClient) -> Starlette:
    app = Starlette(routes=[Route("/visits", visit, methods=["POST"])])
    app.state.owner = owner
    return app
