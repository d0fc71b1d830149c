"""Two requests at once, key by key: against a save of what was not changed."""

from collections.abc import Callable
from json import dumps
from typing import Any

Data = dict[str, Any]


def texts(data: Data) -> dict[str, str]:
    """As they are kept, so that a list that was appended to is another."""
    return {key: dumps(value) for key, value in data.items()}


def merged(
    before: dict[str, str],
    mine: Data,
    theirs: Data,
    check: Callable[[str, Any], None],
) -> Data:
    """What is kept by now, with what this request did to it.

    Each key that it wrote is checked here again: a list may have grown.
    """
    now = texts(mine)
    untouched = [k for k in theirs if before.get(k) == now.get(k)]
    written = [k for k in now if before.get(k) != now[k]]
    for key in written:
        check(key, mine[key])
    kept = {k: theirs[k] for k in untouched}
    return kept | {k: mine[k] for k in written}
