"""The Idempotency-Key of a request: one Structured Field String, or 400."""

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

STRING = re.compile(r' *"((?:[ !#-\[\]-~]|\\["\\])*)" *')


def key_of(headers: Headers, longest: int = 255) -> str:
    """The key: ASCII in quotation marks, on one line, and not blank."""
    lines = headers.getlist("idempotency-key")
    found = STRING.fullmatch(lines[0]) if len(lines) == 1 else None
    key = re.sub(r"\\(.)", r"\1", found[1]) if found else ""
    if not key.strip() or len(key) > longest:
        raise HTTPException(400, "send one Idempotency-Key, in quotes")
    return key
