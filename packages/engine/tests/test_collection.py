"""The pages as pytest runs them: every fence is an item, in any order, by any number of workers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GREEN = """\
# Green

```python
print("first")
seats = ["ada"]
```

```{ .text .output }
first
```

=== "A tab"

    ``` { .py title="second" }
    import asyncio, random, tray
    random.seed(7)
    task = asyncio.create_task(asyncio.sleep(9))
    await asyncio.sleep(0)
    tray.seats.append("ada")
    ```

```{ .python .excerpt }
random.seed(7)
```

```pycon
>>> seats
['ada']
```

```python
assert not task.done()
print(tray.seats, round(random.random(), 3))
```

```{ .text .output }
['ada'] 0.324
```

```python
1 / 0
```

```{ .text .error }
ZeroDivisionError: division by zero
```

```console
$ echo a
a
```

```toml
a = 1
```

```{ .bash .not-run reason="it needs a cloud" }
b
```
"""

RED = """\
# Red

```python
print("said before")
x = 1
assert x == 2
```

```python
x
```

```text
no reason
```

```yaml
a: [
```
"""

WARNS = """\
```python
import warnings
warnings.warn("old")
```
"""

ENDS = """\
```python
import pytest
pytest.skip("no time")
```

```{ .text .output }
```
"""

Run = Callable[..., tuple[str, int]]


CONFIG = """\
[tool.fenceproof]
config = "mkdocs.yml"
pages = ["README.md"]
path = ["snippets"]
reached = false

[tool.pytest.ini_options]
addopts = "--strict-markers --strict-config"
"""
MKDOCS = """\
site_name: A site
markdown_extensions:
  - pymdownx.superfences
  - pymdownx.tabbed:
      alternate_style: true
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("a project")
    pages = {
        "pyproject.toml": CONFIG,
        "mkdocs.yml": MKDOCS,
        "README.md": "[Green](docs/green.md)\n\n\n\n```{ .bash .not-run reason='it serves' }\nmake serve\n```\n",
        "snippets/tray.py": "seats: list[str] = []\n",
        "snippets/README.md": RED,
        "docs/green.md": GREEN,
        "docs/a b/c/d/e.md": GREEN.replace("\n", "\r\n"),
        "docs/empty.md": "# No fence\n",
        "docs/.overrides/a.md": RED,
        "docs/red.md.txt": RED,
        "docs/docs/docs.md": GREEN,
        "notes/docs/b.md": RED,
        "docs/red/red.md": RED,
        "docs/red/warns.md": WARNS,
        "docs/red/ends.md": ENDS,
    }
    for name, text in pages.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    """Run pytest in the project: what it said, and its status."""

    def pytest_run(*options: str) -> tuple[str, int]:
        plugins = ["-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *plugins, "-v", *options]
        env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True)
        return done.stdout + done.stderr, done.returncode

    return pytest_run


def passed(output: str) -> set[str]:
    """The fences that a run says passed, be it its own words or xdist's."""
    found = re.findall(r"^(\S.*\.md::\S+) PASSED|\] PASSED (.*\.md::\S+)", output, re.M)
    return {own or remote.strip() for own, remote in found}


CLOSING = "37 fences on 4 pages: 21 executed, 9 outputs compared, 3 validated, 4 not run (3 × it needs a cloud; it serves)\n"
LINES = [3, 8, 14, 22, 26, 31, 36, 40, 44, 48, 53, 57]


NAMES = ("docs/green.md", "docs/a b/c/d/e.md", "docs/docs/docs.md")
ITEMS = {f"{name}::line:{line},column:{5 if line == 14 else 1}" for name in NAMES for line in LINES}
ITEMS |= {"README.md::line:5,column:1"}


@pytest.mark.parametrize(
    "options",
    [["-p", "no:randomly"], ["-n", "2"]],
    ids=["in order", "by two workers in any order"],
)
def test_every_fence_is_an_item_and_the_closing_line_counts_them(
    run: Run, options: list[str]
) -> None:
    output, status = run("--ignore=docs/red", *options)
    assert passed(output) == ITEMS, output
    assert CLOSING in output, output
    assert status == 0


def test_one_block_by_its_id_runs_what_it_needs(run: Run) -> None:
    item = "docs/a b/c/d/e.md::line:40,column:1"
    output, status = run(item, "docs/green.md::line:31,column:1", "docs/green.md::line:36,column:1")
    assert passed(output) == {
        item,
        "docs/green.md::line:31,column:1",
        "docs/green.md::line:36,column:1",
    }, output
    assert "3 fences on 2 pages: 2 executed, 1 outputs compared\n" in output
    assert status == 0
    output, status = run("docs/red/red.md::line:3,column:1")
    assert "1 fences on 1 pages: 1 broken\n" in output
    assert status == 1


def test_a_red_page_names_its_lines_and_stops_no_other_in_any_order(run: Run) -> None:
    output, status = run("docs/red", "docs/green.md")
    assert status == 1
    assert passed(output) == {item for item in ITEMS if item.startswith("docs/green.md")}, output
    for line in (
        "docs/red/red.md:3: the block raises an error: AssertionError: assert 1 == 2",
        '/docs/red/red.md", line 6, in <module>',
        "said before",
        "docs/red/red.md:9: not run, since docs/red/red.md:3 failed first",
        'docs/red/red.md:13: "text" needs reason="…": nothing is left unrun in silence',
        "docs/red/red.md:17: not valid yaml: while parsing a flow node expected the node content",
        "docs/red/warns.md:1: the block prints something that the page does not show",
        "UserWarning: old",
        "docs/red/ends.md:1: the block raises an error: Skipped: no time",
        "docs/red/ends.md:6: not run, since docs/red/ends.md:1 failed first",
        "19 fences on 4 pages: 7 executed, 3 outputs compared, 1 validated, 1 not run, 7 broken",
    ):
        assert line in output, output
    assert "skipped" not in output
