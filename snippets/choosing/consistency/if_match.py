"""What a precondition names: `"*"` or a list of tags, as RFC 9110 has it."""

import re
from collections.abc import Iterator

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

LONGEST = 2000
TAG = r'(?P<tag>(?:W/)?"[\x21\x23-\x7e\x80-\xff]*")'
ELEMENT = re.compile(rf"[ \t]*(?:{TAG}[ \t]*)?(?:,|\Z)")


def listed(value: str) -> Iterator[str]:
    """The tags between the commas; what is left empty counts for nothing.

    Raises: HTTPException, 400, where the value is no such list.
    """
    at = 0
    while at < len(value):
        element = ELEMENT.match(value, at)
        if not element:
            raise HTTPException(400)
        at = element.end()
        if element["tag"]:
            yield element["tag"]


class Condition:
    """All lines of `If-Match` or `If-None-Match`, read as one list."""

    def __init__(self, headers: Headers, name: str) -> None:
        lines = headers.getlist(name)
        value = ", ".join(lines).strip(" \t")
        if len(value) > LONGEST:
            raise HTTPException(431)
        self.given = bool(lines)
        self.any = value == "*"
        self.tags = set() if self.any else {*listed(value)}

    def names(self, tag: str) -> bool:
        """The strong comparison: a weak tag is like no other, not itself."""
        return self.any or (tag in self.tags and not tag.startswith("W/"))

    def resembles(self, tag: str) -> bool:
        """The weak comparison: `W/` is looked past."""
        bare = {other.removeprefix("W/") for other in self.tags}
        return self.any or tag.removeprefix("W/") in bare
