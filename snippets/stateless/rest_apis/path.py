"""Names and numbers in a path, with limits: beyond them nothing is found."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request


def text(request: Request, name: str, longest: int = 64) -> str:
    """A name in the path; HTTPException 404, where it is no such name."""
    found = str(request.path_params[name])
    dots = found in {".", ".."}  # clients take these two out of a path
    if dots or not found.isprintable() or "\ufffd" in found:
        raise HTTPException(404)
    if len(found) > longest:
        raise HTTPException(404)
    return found


def number(request: Request, name: str, digits: int = 9) -> int:
    """A number in the path, of ASCII digits; HTTPException 404 likewise."""
    found = str(request.path_params[name])
    if len(found) > digits or not re.fullmatch("[0-9]+", found):
        raise HTTPException(404)
    return int(found)
