"""What is not in the first download: fetched whole, once, when it is first imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

TRIMMED, FULL = "/lib/python314.zip", "/lib/rest.zip"
TESTING = "/lib/testing.zip"  # on the path from the start
SITE = Path("/site")  # this site's repository, as far as blocks need it

lazy: dict[str, set[str]] = {}  # what can be imported from which archive
fetched: set[str] = set()


def fetch(name: str) -> bytes:
    """An archive by its name; the worker puts its own in the place of this."""
    raise ImportError(f"there is no {name} here")


def bring(name: str) -> None:
    """Fetch an archive if it is not here yet, and put it where it is found."""
    if name in fetched:
        return
    archive = Path("/lib", f"{name}.zip")
    archive.write_bytes(fetch(name))
    fetched.add(name)
    sys.path_importer_cache.pop(str(archive), None)  # which says that it is not there


class Finder:
    """Asked last, so only for what nobody else has."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Where the module is in an archive, which is fetched for it."""
        top = name.partition(".")[0]
        for archive, names in lazy.items():
            if top in names and archive not in fetched:
                bring(archive)
                return PathFinder.find_spec(name, path)
        if top not in sys.stdlib_module_names and not top.startswith("_sysconfigdata"):
            return None
        if path is not None and not any(str(entry).startswith(TRIMMED) for entry in path):
            return None
        bring("rest")
        return PathFinder.find_spec(name, [str(entry).replace(TRIMMED, FULL) for entry in path or [FULL]])
