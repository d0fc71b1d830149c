"""What is in a session: against a privilege that is kept like a cart."""

from collections.abc import Iterator, MutableMapping
from json import dumps, loads
from typing import Any

from stateful.session_servers.limits import Limits
from stateful.session_servers.merging import Data, merged, texts
from stateful.session_servers.refusals import TooLarge


class Contents(MutableMapping[str, Any]):
    """Only the keys that were declared; `login` and `grant` do the rest."""

    def __init__(self, data: Data, limits: Limits) -> None:
        self.data, self.before = loads(dumps(data)), texts(data)
        self.limits = limits

    def writable(self) -> None:
        """Raises, where nothing that is written can be kept."""

    def opening(self) -> None:
        """Raises, where nothing can begin or end any more."""

    def changed(self) -> bool:
        return texts(self.data) != self.before

    def merged(self, theirs: Data) -> Data:
        return merged(self.before, self.data, theirs)

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.writable()
        if key not in self.limits.keys:
            raise KeyError(f"{key!r} is not among Limits(keys=…)")
        if len(dumps(value, allow_nan=False)) > self.limits.size:
            raise TooLarge
        self.data[key] = value

    def __delitem__(self, key: str) -> None:
        self.writable()
        del self.data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)
