"""How much a program keeps: what its app and its module hold in memory, and the rows in its files."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

from starlette.routing import BaseRoute

NOTHING = (str, bytes, int, float, type(None), type, ModuleType, FunctionType, MethodType, BaseRoute)
LIMITS = {"most", "room", "visits"}
MANY = (list, tuple, set, frozenset, deque)


def parts(value: Any) -> Iterable[Any]:
    """What a value leads to, one step further."""
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, MANY):
        return [*value]
    return [*getattr(value, "__dict__", {}).values()]


def reached(*roots: Any) -> Iterator[Any]:
    """All that can be reached from here, once."""
    seen, left = set[int](), [*roots]
    while left:
        value = left.pop()
        if isinstance(value, NOTHING) or id(value) in seen:
            continue
        seen.add(id(value))
        yield value
        left += parts(value)


def in_memory(*roots: Any) -> int:
    """How many members all the collections have that can be reached from here."""
    return sum(len([*parts(value)]) for value in reached(*roots) if isinstance(value, (Mapping, *MANY)))


@contextmanager
def lowered(most: int, *roots: Any) -> Iterator[None]:
    """Every limit of this name that can be reached from here is no more than `most`."""
    old: list[tuple[Any, str, int]] = []
    for value in [*reached(*roots)]:
        named = value if isinstance(value, dict) else getattr(value, "__dict__", {})
        for name in LIMITS & named.keys():
            if isinstance(named[name], int) and named[name] > most:
                old.append((named, name, named[name]))
                named[name] = most  # past what is frozen, too
    try:
        yield
    finally:
        for named, name, number in old:
            named[name] = number


def in_files(folder: Path) -> int:
    """The rows of all tables, and the bytes of what is no table."""
    total = 0
    for path in folder.iterdir():
        if path.suffix != ".db":
            total += path.stat().st_size if not path.name.endswith(("-wal", "-shm")) else 0
            continue
        with closing(sqlite3.connect(path)) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            total += sum(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)
    return total
