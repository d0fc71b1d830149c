"""What can be seen of an object that lies outside, written as text."""

import re
from dataclasses import fields, is_dataclass
from typing import Any

from testbed.names import LONG

ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Looks:
    """The text of an object, in its order; and its sets, which have none.

    What shows nothing of itself, a connection or a lock, is only named.
    """

    def __init__(self, seen: Any) -> None:
        self.bags: list[list[str]] = []
        self.within: list[int] = []
        self.text = self.write(seen)

    def write(self, seen: Any) -> str:
        if id(seen) in self.within:
            return "…"
        self.within.append(id(seen))
        text = self.parts(seen)
        self.within.pop()
        return text

    def parts(self, seen: Any) -> str:
        match seen:
            case dict():
                pairs = [(self.write(k), self.write(seen[k])) for k in seen]
                pairs.sort(key=lambda pair: LONG.sub("", pair[0]))
                inside = ", ".join(map(": ".join, pairs))
                return f"{{{inside}}}"
            case list() | tuple():
                return f"[{', '.join(map(self.write, seen))}]"
            case set() | frozenset():
                self.bags.append([Looks(one).text for one in seen])
                return f"a set of {len(seen)}"
            case bytes() | bytearray():
                return f"bytes {seen.hex()}"
        return self.fields(seen)

    def fields(self, seen: Any) -> str:
        kind = type(seen)
        if is_dataclass(kind):
            names = [field.name for field in fields(kind) if field.compare]
            shown = {name: getattr(seen, name) for name in names}
        elif repr(seen) != object.__repr__(seen):
            return ADDRESS.sub("", repr(seen))
        else:
            return kind.__name__
        return kind.__name__ + self.write(shown)
