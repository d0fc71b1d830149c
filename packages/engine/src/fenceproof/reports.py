"""Whether a run of pytest has reported each fence that the pages have.

What is asked of a run is told from the command line. A run of everything, or of some folders or
files, is to report the fences that the site finds there, however the run was collected.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fenceproof.site import Site

MARK = "fence"
PARTS = ("--ignore", "--deselect", "--lf", "--last-failed", "--sw", "--stepwise")
REACHED = "reached"


@dataclass
class Reports:
    """What a run has to report, and what it has reported so far, each as `page:line`.

    `reached` is whether each page has a test of the lines that it reaches.
    """

    site: Site
    config: pytest.Config
    reached: bool
    reported: set[str] = field(default_factory=set)

    def note(self, report: pytest.TestReport) -> None:
        """Take a report in. What is skipped, or may fail, was not run."""
        if report.when != "call" or report.skipped:
            return
        for name, value in report.user_properties:
            if name == MARK and isinstance(value, list):
                self.reported.add(f"{value[0]}:{value[1]}")
            elif name == REACHED:
                self.reported.add(f"{value}::{REACHED}")

    def missing(self) -> list[str]:
        """The fences that were asked for and that no report came for."""
        found: list[str] = []
        for path in self._asked():
            found += [fence for fence in self._of(path) if fence not in self.reported]
        return found

    def _of(self, path: Path) -> Iterator[str]:
        """What is to be reported of a page."""
        page = self.site.page(path)
        for fence in page.fences:
            yield fence.where
        if self.reached and any(block.is_reaching for block in page.blocks):
            yield f"{page.name}::{REACHED}"

    def _asked(self) -> list[Path]:
        """The pages that the run was asked for as wholes."""
        config = self.config
        options: Any = config.option
        if options.keyword or options.collectonly or options.markexpr not in {"", MARK}:
            return []
        if any(str(arg).startswith(PARTS) for arg in config.invocation_params.args):
            return []
        places = [self._place(arg) for arg in config.args if "::" not in arg]
        return [path for path in self.site.pages() if any(map(path.is_relative_to, places))]

    def _place(self, arg: str) -> Path:
        return Path(os.path.abspath(self.config.invocation_params.dir / arg))


def tell(missing: list[str], session: pytest.Session) -> Iterator[str]:
    """The lines about fences that were not run; the run is red for them, if it is not so yet."""
    if not missing:
        return
    if session.shouldfail or session.shouldstop:
        yield f"{len(missing)} fences were not run, since the run was stopped"
        return
    for where in missing:
        yield f"{where} was not run"
