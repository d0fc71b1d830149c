"""What is said where the store does not answer: 503, and not a 500."""

import sqlite3

from starlette.requests import Request
from starlette.responses import Response


async def store_is_down(request: Request, error: Exception) -> Response:
    return Response(status_code=503)


DOWN = {sqlite3.OperationalError: store_is_down}
