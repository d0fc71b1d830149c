"""A push tries a spread of what is long and much alike; `WEEKLY=1 pytest …` tries all of it."""

import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

PROVED = 6  # pages that a push changes
SAMPLE = 20  # so many changes of each kind: blocks, outputs, data, code of pages, code of programs
LENGTHY = {"eviction.md"}  # to run once takes twenty seconds of a processor
WEEKLY = os.environ.get("WEEKLY") == "1"


def spread(paths: Iterable[Path], size: int) -> list[Path]:
    """So many of the paths, the same in each run until one is added; all of them every week."""
    found = ranked(paths)
    return found if WEEKLY else found[:size]


def proved(paths: Iterable[Path]) -> list[Path]:
    """The pages that a push changes."""
    return ranked(path for path in paths if path.name not in LENGTHY)[:PROVED]


def ranked(paths: Iterable[Path]) -> list[Path]:
    """The paths in an order that their names make, which is nobody's choice."""
    return sorted(paths, key=lambda path: blake2b(path.name.encode()).digest())
