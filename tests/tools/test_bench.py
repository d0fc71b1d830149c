"""What `python -m tools.bench` measures, on a site of one small page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.site import ROOT

PAGE = """
# A page

```python
--8<-- "sum.py"
```

```python
import colorsys

async def one():
    return total([0, 1])


print(await one())
```

```{ .text .output }
1
```

```pycon
>>> total([2])
2
>>> missing
Traceback (most recent call last):
    ...
NameError: name 'missing' is not defined
```

```python
raise KeyError("ada")
```

```{ .text .error }
KeyError: 'ada'
```

```console
$ echo a
a
```

```json
{}
```

```python
WORK
```
"""
TABLE = ["start-up", "the pages", "plain Python", "ten times the pages", "the pages / plain", "ten times / once"]
TABLE.append("mutants a second")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "snippets").mkdir()
    (tmp_path / "README.md").write_text("# R\n")
    (tmp_path / "snippets/sum.py").write_text(
        '"""Sums."""\n\n\ndef total(numbers: list[int]) -> int:\n    return sum(numbers)\n'
    )
    (tmp_path / "docs/page.md").write_text(PAGE.replace("WORK", "total(range(30_000_000))"))
    return tmp_path


def bench(site: Path, *arguments: str) -> tuple[int, str, str]:
    """The status, what is printed, and what is told meanwhile."""
    command = [sys.executable, "-m", "tools.bench", *arguments]
    env = os.environ | {"PYTHONPATH": ""}
    run = subprocess.run(command, cwd=site, env=env, capture_output=True, text=True)
    return run.returncode, run.stdout, run.stderr


def test_plain_python_runs_every_block_and_says_what_it_imported(site: Path) -> None:
    status, said, _ = bench(site, "--plain", "[]")
    assert status == 0
    answer = json.loads(said)
    assert answer["seconds"] > 0.1
    assert "colorsys" in answer["imports"]
    assert "sum" not in answer["imports"]
    page = site / "docs/page.md"
    page.write_text(page.read_text() + "\n```python\nraise SystemExit(7)\n```\n")
    assert bench(site, "--plain", "[]")[0] == 7


def test_the_table_has_a_row_for_each_measurement_and_holds_the_bounds(site: Path) -> None:
    status, said, meanwhile = bench(site, "1")
    assert [line[:24].strip() for line in said.splitlines()] == TABLE, said + meanwhile
    numbers = {line[:24].strip(): float(line[24:].split()[0]) for line in said.splitlines()}
    assert numbers["start-up"] > 0.1
    assert numbers["the pages"] > 0.1
    assert numbers["mutants a second"] > 0
    assert meanwhile.startswith("plain Python ...\nround 1 of 1 ...\npytest empty.md ...\n")
    assert status == int(numbers["the pages / plain"] > 1.5 or numbers["ten times / once"] > 12)


def test_a_red_suite_has_no_time(site: Path) -> None:
    page = site / "docs/page.md"
    page.write_text(page.read_text().replace("{ .text .output }\n1", "{ .text .output }\n2"))
    status, _, said = bench(site, "1")
    assert status == 1
    assert "the suite is red (status 1), so its time says nothing" in said
