"""`fenceproof mutants`: break one promise at a time, and see that somebody notices."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from fenceproof.mutation.mutants import Kind
from fenceproof.mutation.proof import Proof
from fenceproof.mutation.report import report
from fenceproof.mutation.survivors import explained
from fenceproof.settings import Settings
from fenceproof.site import Site


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    jobs = os.cpu_count() or 1
    kinds = [str(kind) for kind in Kind]
    parser.add_argument("--kind", action="append", choices=kinds, help="only this kind")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many of each kind")
    parser.add_argument("--seed", default="0", metavar="S", help="which of them")
    parser.add_argument("--jobs", type=int, default=jobs, metavar="J", help="so many at once")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts there")


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
