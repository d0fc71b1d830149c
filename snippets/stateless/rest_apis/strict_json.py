"""JSON that can be given back to others; the rest is a ValueError."""

import json
import re
from itertools import accumulate
from typing import Any

from starlette.responses import JSONResponse

TEXT = re.compile(rb'"(?:[^"\\]|\\.?)*"?', re.DOTALL)
STEPS = dict.fromkeys(b"[{", 1) | dict.fromkeys(b"]}", -1)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def parse(body: bytes, depth: int = 8, digits: int = 18) -> Any:
    """What the body says, within `depth` brackets and `digits` a number."""
    steps = (STEPS.get(byte, 0) for byte in TEXT.sub(b"", body))
    if max(accumulate(steps), default=0) > depth:
        raise ValueError("nested too deeply")

    def whole(text: str) -> int:
        if len(text.lstrip("-")) > digits:
            raise ValueError("too many digits")
        return int(text)

    value = json.loads(body.decode(), parse_int=whole, object_pairs_hook=once)
    JSONResponse(value)  # raises for NaN, Infinity and half a surrogate
    return value
