"""What a maintainer has after `pip install` and one table in pyproject.toml."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TABLE = "[tool.fenceproof]\npath = ['snippets', '.']\n"
GREEN = """\
# Green

```python
print("first")
```

```{ .text .output }
first
```

```{ .bash reason="it needs a cloud" }
b
```
"""
RED = GREEN.replace("first\n```\n\n```{ .bash", "second\n```\n\n```{ .bash")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty folder in which pytest runs with the plugin, and none of ours."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "fenceproof.pytest_plugin")
    pytester.makepyprojecttoml(TABLE)
    return pytester


def write(project: pytest.Pytester, name: str, text: str) -> Path:
    path = project.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def run(project: pytest.Pytester, *args: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-q", *args)


def test_a_site_is_green_or_red(project: pytest.Pytester) -> None:
    write(project, "mkdocs.yml", "site_name: A site\nmarkdown_extensions: [pymdownx.superfences]\n")
    write(project, "docs/index.md", GREEN)
    done = run(project)
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        ["3 fences on 1 pages: 1 executed, 1 outputs compared, 1 not run (it needs a cloud)"]
    )
    write(project, "docs/guide/red.md", RED)
    done = run(project)
    done.assert_outcomes(passed=7, failed=1)
    done.stdout.fnmatch_lines(["docs/guide/red.md:7: the run gave something else; *", "+first"])


def test_pages_are_tested_wherever_they_are(project: pytest.Pytester) -> None:
    write(project, "mkdocs.yml", "site_name: A site\ndocs_dir: pages\n")
    project.makepyprojecttoml(TABLE + "[tool.pytest.ini_options]\ntestpaths = ['tests']\n")
    write(project, "tests/test_own.py", "def test_own(): pass\n")
    for name in ("index", "build/a", "dist/b", "venv/c", "node_modules/d"):
        write(project, f"pages/{name}.md", GREEN)
    run(project).assert_outcomes(passed=21)
    run(project, "tests").assert_outcomes(passed=1)
    run(project, "pages/build").assert_outcomes(passed=4)


def test_one_block_is_run_with_those_that_it_needs(project: pytest.Pytester) -> None:
    write(
        project,
        "a.md",
        "```python\nx = 1\n```\n\n```python\ny = 2\n```\n\n```python\nassert x\n```\n",
    )
    run(project, "a.md::line:9,column:1").assert_outcomes(passed=1)
    run(project, "-k", "line:9").assert_outcomes(passed=1, deselected=3)


def test_a_mark_selects_the_fences(project: pytest.Pytester) -> None:
    write(project, "a.md", GREEN)
    write(project, "test_own.py", "def test_own(): pass\n")
    run(project, "-m", "fence").assert_outcomes(passed=4, deselected=1)
    run(project, "-m", "not fence").assert_outcomes(passed=1, deselected=4)


def test_without_the_table_nothing_is_done(project: pytest.Pytester) -> None:
    project.makepyprojecttoml("")
    write(project, "a.md", RED)
    write(project, "test_own.py", "def test_own(): pass\n")
    run(project).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("confg = 'mkdocs.yml'", "[tool.fenceproof] confg: use one of config, pages, path"),
        ("pages = 'README.md'", "[tool.fenceproof] pages: write a list of texts"),
        ("reached = 1", "[tool.fenceproof] reached: write true or false"),
        ("seconds = true", "[tool.fenceproof] seconds: write a number of seconds"),
        ("config = 'nowhere.yml'", "nowhere.yml: no such file or folder"),
    ],
)
def test_a_bad_table_is_named(line: str, words: str, project: pytest.Pytester) -> None:
    project.makepyprojecttoml(f"[tool.fenceproof]\n{line}\n")
    done = run(project)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert words in done.stderr.str()


UNREACHED = """\
```python
def f():
    return 1
```

```python
f{}
```
"""


def test_the_last_test_of_a_page_is_of_the_lines_it_reaches(project: pytest.Pytester) -> None:
    write(project, "a.md", UNREACHED.format(""))
    done = run(project)
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(["a.md:3: `return 1` is never reached: *", "FAILED a.md::reached*"])
    run(project, "a.md::line:6,column:1").assert_outcomes(passed=1)
    run(project, "-k", "line").assert_outcomes(passed=2, deselected=1)
    run(project, "a.md::reached").assert_outcomes(failed=1)
    write(project, "a.md", UNREACHED.format("()"))
    run(project).assert_outcomes(passed=3)


def test_a_setting_turns_it_off(project: pytest.Pytester) -> None:
    project.makepyprojecttoml(TABLE + "reached = false\n")
    write(project, "a.md", UNREACHED.format(""))
    run(project).assert_outcomes(passed=2)
