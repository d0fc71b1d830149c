"""A coupon for one free tea, in a cookie that the client can send again."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def give(request: Request) -> Response:
    request.session["coupon"] = "tea"
    return Response(status_code=204)


async def redeem(request: Request) -> Response:
    coupon = request.session.pop("coupon", None)
    if coupon is None:
        return Response(status_code=409)
    request.app.state.served.append(coupon)
    return Response(status_code=204)


def make_app(secret: str, served: list[str]) -> Starlette:
    cookie = Middleware(
        SessionMiddleware, secret_key=secret, https_only=True, max_age=3600
    )
    routes = [
        Route("/coupon", give, methods=["POST"]),
        Route("/coupon/redemption", redeem, methods=["POST"]),
    ]
    app = Starlette(routes=routes, middleware=[cookie])
    app.state.served = served
    return app
