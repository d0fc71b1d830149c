"""A body, counted while it streams: one that is too long is never whole."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from stateless.rest_apis import strict_json


async def bounded(request: Request, size: int) -> bytes:
    """The body; HTTPException 413 at the part that makes it too long."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > size:
                raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(body)


async def json_body(
    request: Request, size: int = 16_384, **limits: int
) -> Any:
    """The JSON in a body; HTTPException 400, 413 or 415 where it has none.

    The limits are `size`, in bytes, and those of `strict_json.parse`.
    """
    given = request.headers.getlist("content-type")
    kinds = [kind.partition(";")[0].strip().lower() for kind in given]
    if kinds != ["application/json"] or "content-encoding" in request.headers:
        raise HTTPException(415)
    body = await bounded(request, size)
    try:
        return strict_json.parse(body, **limits)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
