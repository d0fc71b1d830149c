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
    ranked = sorted(paths, key=lambda path: blake2b(path.name.encode()).digest())
    return ranked if WEEKLY else ranked[:size]


def proved(paths: Iterable[Path]) -> list[Path]:
    """The pages that a push changes; all of them every week."""
    return spread((path for path in paths if WEEKLY or path.name not in LENGTHY), PROVED)
