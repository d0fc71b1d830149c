"""What is in a session: against a privilege that is kept like a cart."""

from collections.abc import Iterator, MutableMapping
from json import dumps, loads
from typing import Any

from stateful.session_servers.limits import Limits
from stateful.session_servers.merging import Data, merged, texts


class Contents(MutableMapping[str, Any]):
    """Only the keys that were declared; `login` and `grant` do the rest."""

    def __init__(self, data: Data, limits: Limits) -> None:
        self._data, self._before = loads(dumps(data)), texts(data)
        self.limits = limits

    def writable(self) -> None:
        """Raises, where nothing that is written can be kept."""

    def opening(self) -> None:
        """Raises, where nothing can begin or end any more."""

    def changed(self) -> bool:
        return texts(self._data) != self._before

    def noted(self) -> None:
        self._before = texts(self._data)

    def merged(self, theirs: Data) -> Data:
        return merged(self._before, self._data, theirs, self.limits.check)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.writable()
        self.limits.check(key, value)
        self._data[key] = value

    def __delitem__(self, key: str) -> None:
        self.writable()
        del self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)
