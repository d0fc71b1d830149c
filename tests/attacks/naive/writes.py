"""Wrong on purpose: takes what it cannot give back, conditions by their letters, and keys of anybody."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def read(request: Request) -> JSONResponse:
    return JSONResponse(request.app.state.kept, headers={"ETag": f'"{request.app.state.version}"'})


async def replace(request: Request) -> Response:
    state, condition = request.app.state, request.headers.get("if-match", "*")
    if not {tag.strip() for tag in condition.split(",")} & {"*", f'"{state.version}"'}:
        return Response(status_code=412)
    try:
        state.kept = await request.json()
    except (ValueError, RecursionError):
        return Response(status_code=400)
    state.version += 1
    return Response(status_code=204)


async def charge(request: Request) -> JSONResponse:
    key = request.headers.get("idempotency-key")
    if key is None:
        return JSONResponse("send an Idempotency-Key", 400)
    done: dict[str, str] = request.app.state.done
    return JSONResponse({"charged": int(done.setdefault(key, request.path_params["cents"]))}, 201)


def make_app(folder: Path) -> Starlette:
    routes = [
        Route("/seats", read),
        Route("/seats", replace, methods=["PUT"]),
        Route("/charges/{cents}", charge, methods=["POST"]),
    ]
    app = Starlette(routes=routes)
    app.state.kept, app.state.version, app.state.done, app.state.owners = 0, 1, {}, {}
    return app
