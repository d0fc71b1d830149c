"""A number at the door: of a few bytes, decimal, and spelled in one way."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request

from stateless.rest_apis.body import bounded

NUMBER = re.compile(rb"0|[1-9][0-9]{0,5}")


async def number(request: Request, longest: int = 64) -> int:
    """The body as a number below a million.

    Raises: HTTPException, 413 for a body that is longer, 400 for any other
    that is no such number.
    """
    body = await bounded(request, longest)
    if not NUMBER.fullmatch(body):
        raise HTTPException(400)
    return int(body)
