"""`fenceproof mutants`: break one promise at a time, and see that somebody notices."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from fenceproof.config import ConfigError
from fenceproof.mutation.mutants import Kind
from fenceproof.mutation.proof import Proof
from fenceproof.mutation.report import report
from fenceproof.mutation.survivors import explained
from fenceproof.settings import Settings, read
from fenceproof.site import Site


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    jobs = os.cpu_count() or 1
    kinds = [str(kind) for kind in Kind]
    parser.add_argument("--kind", action="append", choices=kinds, help="only this kind")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many, of all kinds")
    parser.add_argument("--seed", default="0", metavar="S", help="which of them")
    parser.add_argument("--jobs", type=int, default=jobs, metavar="J", help="so many at once")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts there")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pages, or folders")


def command(asked: Any, options: argparse.Namespace) -> int:
    """Run the proof over the pages that are asked for; 1 where something is not as it must be."""
    status = 0
    for site, paths in asked.sites():
        is_all = not options.paths
        status = max(status, prove(site, paths, asked.settings, options, is_all=is_all))
    return status


def prove(
    site: Site,
    paths: list[Path],
    settings: Settings,
    options: argparse.Namespace,
    *,
    is_all: bool,
) -> int:
    """Run the proof over some pages, or all, of a site, name what survived, and count."""
    kinds = {Kind(kind) for kind in options.kind or Kind}
    page = site.config.root / settings.mutants.survivors
    try:
        listed = explained(site, page)
        proof = Proof(site, paths, settings.mutants, options.jobs)
        outcome = proof.run(kinds, options.sample, options.seed)
    except ValueError as error:
        print(error)
        return 1
    said = report(outcome, listed, is_whole=is_all and kinds == set(Kind))
    if options.json:
        said.write(options.json)
    for line in said.lines:
        print(line)
    print(said.closing)
    return 1 if said.lines else 0


def main(words: Sequence[str] | None = None) -> int:
    """Run the proof of the site whose pyproject.toml is here."""
    parser = argparse.ArgumentParser(
        prog="fenceproof mutants", description="Break every promise, one at a time."
    )
    arguments(parser)
    options = parser.parse_args(words)
    root = Path.cwd()
    try:
        settings = read(root) or Settings()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    with closing(settings.site(root)) as site:
        try:
            paths = _pages(site, [root / path for path in options.paths])
        except FileNotFoundError as error:
            print(error)
            return 1
        return prove(site, paths, settings, options, is_all=not options.paths)


def _pages(site: Site, places: list[Path]) -> list[Path]:
    """The pages at these places; all, where none is named. Raises: FileNotFoundError."""
    if not places:
        return site.pages()
    found: list[Path] = []
    for place in places:
        if not place.exists():
            raise FileNotFoundError(f"{site.name(place)}: no such file or folder")
        below = [page for page in site.pages() if page.is_relative_to(place)]
        found += below if place.is_dir() else [place]
    return list(dict.fromkeys(found))
