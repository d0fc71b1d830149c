"""The command line: `fenceproof ledger`, `fenceproof record`, `fenceproof mutants`.

A command is a module with `arguments`, which adds to its parser, and `command`, which does what is
asked and returns the status. It is imported only if it is asked for.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from fenceproof.config import ConfigError
from fenceproof.settings import Settings, read
from fenceproof.site import Site

BAD_INPUT = 2


@dataclass(frozen=True)
class Command:
    """One command: the module that has it, and what it does."""

    module: str
    does: str


COMMANDS = {
    "ledger": Command("fenceproof.ledger", "list every fence and what it promises"),
    "record": Command("fenceproof.record", "write into the pages what their runs give"),
    "mutants": Command("fenceproof.mutation", "change the programs, and see that a page notices"),
}


class Refused(Exception):
    """What is asked for cannot be done; the message says why in one line."""


class Asked:
    """The pages that are asked for: those at some paths, else all of the site.

    Args:
        root: the folder whose pyproject.toml may have a table [tool.fenceproof].
        paths: pages, or folders of them, of this site or of another.
    """

    def __init__(self, root: Path, paths: Sequence[Path]) -> None:
        self.settings = read(root) or Settings()
        self.site = self.settings.site(root)
        self._root = root
        self._paths = [Path(os.path.abspath(root / path)) for path in paths]
        self._open = ExitStack()
        self._open.enter_context(closing(self.site))

    def sites(self) -> Iterator[tuple[Site, list[Path]]]:
        """Each site that is asked about, and the pages of it that are meant, each once.

        A path outside of the site's root is a site of its own. Raises: Refused, ConfigError.
        """
        if not self._paths:
            yield self.site, self.site.pages()
            return
        for path in self._paths:
            if not path.exists():
                raise Refused(f"{self._shown(path)}: no such file or folder")
        ours: list[Path] = []
        others: list[Path] = []
        for path in self._paths:
            inside = path.is_relative_to(self.site.config.root)
            (ours if inside else others).append(path)
        if ours:
            yield self.site, _pages(self.site, ours)
        for path in others:
            site = Site(path if path.is_dir() else path.parent)
            self._open.enter_context(closing(site))
            yield site, _pages(site, [path])

    def _shown(self, path: Path) -> str:
        return os.path.relpath(path, self._root) if path.is_relative_to(self._root) else str(path)

    def close(self) -> None:
        """End what the sites started."""
        self._open.close()


def _pages(site: Site, paths: list[Path]) -> list[Path]:
    """The pages of a site at these paths: a file, or those below a folder."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        below = [page for page in site.pages() if page.is_relative_to(path)]
        found += below or site.below(path)
    return list(dict.fromkeys(found))


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what it does not understand."""

    def error(self, message: str) -> NoReturn:
        """End with the message."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def _parser(words: Sequence[str]) -> Parser:
    """The parser; only the command that is meant is imported."""
    parser = Parser(prog="fenceproof", description="Every fence is run, compared or explained.")
    commands = parser.add_subparsers(dest="name", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=command.does, description=command.does)
        if name not in words:
            continue
        sub.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pages, or folders")
        try:
            module = importlib.import_module(command.module)
        except ModuleNotFoundError:
            parser.error(f"{name}: this version does not have it")
        module.arguments(sub)
        sub.set_defaults(command=module.command)
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks, in the current folder; the status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if words is None else words
    parser = _parser(words)
    options = parser.parse_args(words)
    try:
        with closing(Asked(Path.cwd(), options.paths)) as asked:
            status: int = options.command(asked, options)
            sys.stdout.flush()
            return status
    except BrokenPipeError:  # whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ConfigError, Refused, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return BAD_INPUT
