"""Texts by their digest: what has such a name never changes."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from stateless.cold_fleet.loader import Busy, Loader

LONGEST = 64  # characters of a name


async def text(request: Request) -> Response:
    loader: Loader = request.app.state.loader
    name = request.path_params["name"]
    if len(name) > LONGEST:
        return Response(status_code=404)
    try:
        return PlainTextResponse(await loader.get(name))
    except KeyError:
        return Response(status_code=404)
    except Busy:
        return Response(status_code=503, headers={"retry-after": "1"})
    except TimeoutError:
        return Response(status_code=504)
    except OSError:
        return Response(status_code=502)


def make_app(
    load: Callable[[str], Awaitable[str]], limit: int = 10
) -> Starlette:
    app = Starlette(routes=[Route("/texts/{name}", text)])
    app.state.loader = Loader(load, limit)
    return app
