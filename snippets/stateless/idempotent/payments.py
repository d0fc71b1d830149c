"""Charge once for each key, however often the request arrives."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Done = dict[str, int]


async def charge(request: Request) -> JSONResponse:
    key = request.headers.get("idempotency-key")
    if key is None:
        problem = {"title": "send an Idempotency-Key"}
        return JSONResponse(
            problem, 400, media_type="application/problem+json"
        )
    done: Done = request.app.state.done
    if key not in done:
        cents = request.path_params["cents"]
        request.app.state.ledger.append(cents)
        done[key] = cents
    return JSONResponse({"charged": done[key]}, 201)


def make_app(ledger: list[int], done: Done | None = None) -> Starlette:
    routes = [Route("/charges/{cents:int}", charge, methods=["POST"])]
    app = Starlette(routes=routes)
    app.state.ledger = ledger
    app.state.done = {} if done is None else done
    return app
