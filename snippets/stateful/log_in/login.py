"""A login that asks for a password, and a session behind it."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from stateful.log_in.form import credentials, network
from stateful.log_in.passwords import Passwords
from stateful.log_in.throttle import Throttle
from stateful.session_servers.same_origin import SameOrigin
from stateful.session_servers.session import opened
from stateful.session_servers.sessions import Sessions
from stateful.session_servers.shop import LIMITS, logout, me
from stateful.session_servers.store import Clock, Store


async def login(request: Request) -> Response:
    user, password = await credentials(request)
    state = request.app.state
    attempt = await state.throttle.begin(user, network(request))
    if not await state.passwords.match(user, password):
        return Response(None, 401, {"WWW-Authenticate": "Cookie"})
    await state.throttle.was_right(attempt)
    (await opened(request)).login(user)
    return RedirectResponse("/me", 303)


def make_app(
    passwords: Passwords, throttle: Throttle, store: Store, clock: Clock
) -> Starlette:
    sessions = Middleware(Sessions, store=store, clock=clock, limits=LIMITS)
    posts = {"/login": login, "/logout": logout}
    routes = [Route(path, do, methods=["POST"]) for path, do in posts.items()]
    app = Starlette(
        routes=[*routes, Route("/me", me)],
        middleware=[Middleware(SameOrigin), sessions],
    )
    app.state.passwords, app.state.throttle = passwords, throttle
    return app
