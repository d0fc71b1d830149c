"""Which part of the orders is wanted: what follows an id, and how much."""

import re
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request


class Part(NamedTuple):
    after: int
    limit: int

    def shown(
        self, hard: dict[int, str], soft: dict[str, int], session: list[str]
    ) -> dict[str, Any]:
        """The three kinds, and where the orders go on if this part is full."""
        kinds = {"hard": [*hard.values()], "soft": soft, "session": session}
        if len(hard) < self.limit:
            return kinds
        return kinds | {"next": f"/?after={max(hard)}&limit={self.limit}"}


def part(request: Request, most: int = 100) -> Part:
    """`?after=7&limit=20`; a part is never more than `most`.

    Raises: HTTPException 400, where one of the two is no such number.
    """

    def number(name: str, default: int, least: int) -> int:
        given = request.query_params.getlist(name) or [str(default)]
        digits = re.fullmatch("[0-9]{1,18}", given[0])
        if len(given) > 1 or not digits or int(given[0]) < least:
            raise HTTPException(400, f"{name}: one number, {least} or more")
        return int(given[0])

    return Part(number("after", 0, 0), min(number("limit", most, 1), most))
