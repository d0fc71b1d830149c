"""A run that was asked for pages and has not run all their fences is red."""

from __future__ import annotations

import sys

import pytest
from test_plugin import GREEN, project, run, write  # type: ignore[import-not-found]

__all__ = ["project"]
pytest_plugins = ["pytester"]

CONFTEST = """\
import os

import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if "line:3" in item.nodeid:
        {}
    if "line:7" in item.nodeid:
        {}
"""
PAGE = "# T\n\n" + GREEN[GREEN.index("```") :]


@pytest.mark.parametrize("asked", [(), ("-m", "fence"), ("docs",)])
def test_a_fence_that_is_skipped_was_not_run(
    asked: tuple[str, ...], project: pytest.Pytester
) -> None:
    write(project, "docs/a.md", PAGE)
    xfail = "item.add_marker(pytest.mark.xfail(run=False))"
    write(project, "conftest.py", CONFTEST.format("pytest.skip('not today')", xfail))
    done = run(project, *asked)
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(["docs/a.md:3 was not run", "docs/a.md:7 was not run"])


def test_who_asks_for_a_part_misses_nothing(project: pytest.Pytester) -> None:
    write(project, "docs/a.md", PAGE)
    write(project, "conftest.py", CONFTEST.format("pytest.skip()", "pass"))
    for part in (("-k", "line"), ("-m", "not fence"), ("--collect-only",)):
        assert "was not run" not in run(project, *part).stdout.str()


def test_a_page_that_is_left_out_was_not_run(project: pytest.Pytester) -> None:
    write(project, "docs/a.md", GREEN)
    ignore = "def pytest_collection_modifyitems(items):\n    items.clear()\n"
    write(project, "conftest.py", ignore)
    done = run(project)
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(
        ["docs/a.md:3 was not run", "*7 was not run", "*11 was not run", "*::reached was not run"]
    )
    write(project, "conftest.py", "collect_ignore = ['docs']\n")
    run(project).assert_outcomes(passed=4)


def test_a_run_that_stops_says_so_once(project: pytest.Pytester) -> None:
    write(project, "a.md", "```python\n1 / 0\n```\n\n```python\nx = 1\n```\n")
    done = run(project, "-x", "-p", "no:randomly")
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(["2 fences were not run, since the run was stopped"])


@pytest.mark.parametrize(
    "part",
    [
        ("-k", "line:3"),
        ("--lf",),
        ("a.md::line:3,column:1",),
        ("a.md::reached",),
        ("--deselect", "a.md::reached"),
        ("--pdb",),
    ],
)
def test_each_way_to_ask_for_a_part_stays_green(
    part: tuple[str, ...], project: pytest.Pytester
) -> None:
    write(project, "a.md", GREEN)
    assert run(project, *part).ret == 0


def test_the_controller_of_workers_knows_the_fences(project: pytest.Pytester) -> None:
    write(project, "a.md", PAGE)
    workers = "-p", "xdist.plugin", "-n1", "--dist", "loadgroup", "--max-worker-restart", "0"
    assert run(project, *workers).ret == 0
    write(project, "conftest.py", CONFTEST.format("pytest.skip()", "os._exit(0)"))
    done = run(project, *workers)
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(["a.md:3 was not run", "a.md:7 was not run"])


GROUPED = """\
import os
import pathlib

import pytest

@pytest.mark.parametrize("n", range(6))
@pytest.mark.xdist_group("one@store")
def test_own(n):
    with pathlib.Path("workers").open("a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def test_a_group_of_tests_goes_to_one_worker(project: pytest.Pytester) -> None:
    write(project, "a.md", PAGE)
    write(project, "test_one.py", GROUPED)
    write(project, "test_two.py", GROUPED)
    workers = "-p", "xdist.plugin", "-n2", "--dist", "loadgroup"
    run(project, *workers).assert_outcomes(passed=16)
    found = (project.path / "workers").read_text().split()
    assert len(found) == 12
    assert len(set(found)) == 1


def test_a_debugger_is_told_what_is_wrong(project: pytest.Pytester) -> None:
    write(project, "a.md", "```python\n1 / 0\n```\n")
    done = project.run(sys.executable, "-m", "pytest", "-q", "--pdb", stdin=b"q\n")
    done.stdout.fnmatch_lines(["*a.md:1: the block raises an error: ZeroDivisionError*"])
    assert done.ret != 0
