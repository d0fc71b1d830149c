"""What no answer may be, whatever was asked."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from tests.attacks.wire import Reply

TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(rb"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")
COOKIE = re.compile(
    rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*|\"[^\";\\]*\")"
    rb"(?:; ?[^;\x00-\x1f\x7f]*)*"
)


def constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def fault(method: str, reply: Reply) -> str:
    """What is wrong with this answer; nothing, where it is as it should be."""
    if reply.raised is not None:
        return f"{type(reply.raised).__name__} left the app: {str(reply.raised)[:120]}"
    if not 200 <= reply.status < 600 or reply.status == 500:
        return f"status {reply.status}"
    for name, value in reply.headers:
        if not TOKEN.fullmatch(name) or not VALUE.fullmatch(value):
            return f"header {name!r}: {value[:80]!r}"
        if name.lower() == b"set-cookie" and not COOKIE.fullmatch(value):
            return f"cookie {value[:80]!r}"
    bare = reply.status in {204, 304}
    if bare and reply.body:
        return f"a body of {len(reply.body)} bytes with {reply.status} to {method}"
    length = reply.header("content-length")
    if bare and length not in {None, "0"}:
        return f"content-length {length} with {reply.status}"
    if length is not None and method != "HEAD" and not bare and int(length) != len(reply.body):
        return f"content-length {length}, and {len(reply.body)} bytes came"
    if re.match(r"application/([\w.]+\+)?json\b", reply.header("content-type") or "") and reply.body:
        try:
            json.loads(reply.body.decode("utf-8"), parse_constant=constant).__class__  # noqa: B018
        except (ValueError, RecursionError) as error:
            return f"JSON that is none: {error}"
    return ""
