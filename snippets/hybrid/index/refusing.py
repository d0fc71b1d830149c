"""What is said while the home of the sessions is not there."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from hybrid.index.sessions import Sessions


async def refuse(request: Request, error: Exception) -> Response:
    again = {"Retry-After": "5"} if request.method == "GET" else {}
    return Response(None, 503, again)


def refusing(sessions: Sessions) -> dict[type[Exception], ExceptionHandler]:
    """A GET may come back; a POST may have been done already."""
    return dict.fromkeys(sessions.down, refuse)
