"""JSON that can be given back to others; the rest is a ValueError."""

import json
import re
from itertools import accumulate
from typing import Any

from starlette.responses import JSONResponse

MARK = re.compile(rb'"(?:[^"\\]|\\.?)*"?|[\[{\]}]', re.DOTALL)
STEPS = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}  # and a text is no step


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def parse(body: bytes, depth: int = 8, digits: int = 18) -> Any:
    """What the body says, within `depth` brackets and `digits` a number."""
    steps = (STEPS.get(mark[0], 0) for mark in MARK.finditer(body))
    if max(accumulate(steps, initial=0)) > depth:
        raise ValueError("nested too deeply")

    def whole(text: str) -> int:
        if len(text.removeprefix("-")) > digits:
            raise ValueError("too many digits")
        return int(text)

    value = json.loads(body.decode(), parse_int=whole, object_pairs_hook=once)
    JSONResponse(value)  # raises for NaN, Infinity and half a surrogate
    return value
