"""Nothing on this site can be changed without a page or a test that notices."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tools.site import ROOT, pages, shorten
from tools.spread import SAMPLE, WEEKLY, proved


@pytest.mark.timeout(20_000 if WEEKLY else 3000)
def test_every_mutant_dies(capsys: pytest.CaptureFixture[str]) -> None:
    """So many changes of each kind, of a spread of pages and their programs: every week, all."""
    some = [] if WEEKLY else ["--sample", str(SAMPLE), *map(shorten, proved(pages()))]
    command = [sys.executable, "-m", "fenceproof", "mutants", *some]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    with capsys.disabled():
        print("\n" + run.stdout.rstrip().rpartition("\n")[2])
    assert run.returncode == 0, run.stdout + run.stderr
