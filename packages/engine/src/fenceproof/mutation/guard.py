"""What a page under proof may not do: write into the repository, which its folder links to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# How many of an event's first arguments are paths whose entry in a folder is made or taken away.
ENTRIES = {
    "os.link": 2,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.symlink": 2,
}
TARGETS = frozenset({"os.chmod", "os.truncate", "os.utime", "shutil.rmtree"})  # where a link leads


def forbid_writes(root: str, spared: tuple[str, ...]) -> None:
    """From here on, this process and its forks write nothing below a folder.

    What lies below a folder of `spared`, or in a cache (`.name` or `__pycache__`), may be written.
    A program of another kind that the page starts is not held, nor are SQLite and names that are
    looked up in an open folder (`dir_fd`).
    """
    top = os.path.realpath(root)
    free = [os.path.realpath(name) for name in spared]

    def hook(event: str, args: tuple[Any, ...]) -> None:
        for path in _written(event, args):
            inner = _inner(PurePath(path), top, free)
            if inner:
                raise PermissionError(f"{inner}: a changed page writes nothing into the repository")

    sys.addaudithook(hook)


def _written(event: str, args: tuple[Any, ...]) -> list[str]:
    """What an audit event is going to write, by paths without links."""
    if event == "open":
        return _names(args[:1], os.path.realpath) if args[2] & WRITES else []
    if event in TARGETS:
        return _names(args[:1], os.path.realpath)
    return _names(args[: ENTRIES.get(event, 0)], _entry)


def _names(paths: tuple[Any, ...], resolve: Callable[[str], str]) -> list[str]:
    named = (path for path in paths if isinstance(path, str | bytes | os.PathLike))
    return [resolve(os.fsdecode(path)) for path in named]


def _entry(path: str) -> str:
    """Where the entry is, without going to what it links to."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def _inner(path: PurePath, top: str, free: list[str]) -> PurePath | None:
    """The path from the top, if nothing may be written there."""
    if not path.is_relative_to(top) or any(map(path.is_relative_to, free)):
        return None
    inner = path.relative_to(top)
    is_cache = any(part.startswith(".") or part == "__pycache__" for part in inner.parts)
    return None if is_cache else inner
