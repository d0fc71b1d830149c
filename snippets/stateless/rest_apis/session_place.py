"""Not REST: a session says which cart is read, and how far it has been."""

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stateful.session_servers.names import NO_STORE
from stateless.rest_apis.cart import Carts
from stateless.rest_apis.carts import PAGE


@dataclass
class Session:
    owner: str
    place: int = 0


async def following(request: Request) -> Response:
    state = request.app.state
    session = state.sessions.get(request.cookies.get("session"))
    if session is None:
        return Response(status_code=403)
    items = state.carts.get(session.owner, [])[session.place :]
    session.place += PAGE
    return JSONResponse(items[:PAGE], headers=NO_STORE)


def make_app(carts: Carts, sessions: dict[str, Session]) -> Starlette:
    app = Starlette(routes=[Route("/next", following)])
    app.state.carts, app.state.sessions = carts, sessions
    return app
