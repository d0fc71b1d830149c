"""Which files a program imports, itself or by others, as far as their texts say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


class Imports:
    """The imports of programs, each read once.

    Args:
        folders: where modules are looked for, besides the folder of whoever imports them.
    """

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._known: dict[Path, set[Path]] = {}

    def of(self, path: Path) -> dict[Path, int]:
        """The files that a program needs, itself among them, and over how many imports."""
        found: dict[Path, int] = {}
        left, distance = {path.resolve()}, 0
        while left:
            found |= dict.fromkeys(left, distance)
            left = set[Path]().union(*map(self._direct, left)) - set(found)
            distance += 1
        return found

    def _direct(self, path: Path) -> set[Path]:
        if path not in self._known:
            self._known[path] = set(self._read(path))
        return self._known[path]

    def _read(self, path: Path) -> Iterator[Path]:
        try:
            tree = ast.parse(path.read_text("utf-8"))
        except (SyntaxError, ValueError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._files([path.parent, *self._folders], alias.name)
            elif isinstance(node, ast.ImportFrom):
                bases = [path.parent, *self._folders]
                if node.level:
                    bases = [path.parents[node.level - 1]]
                for alias in node.names:
                    yield from self._files(bases, f"{node.module or ''}.{alias.name}")

    def _files(self, bases: list[Path], name: str) -> Iterator[Path]:
        """The files of a module, of its packages, and of what is named in one."""
        for base in bases:
            place = base
            for part in name.strip(".").split("."):
                place = place / part
                for file in (place.with_suffix(".py"), place / "__init__.py"):
                    if file.is_file():
                        yield file.resolve()
