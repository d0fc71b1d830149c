"""`make serve` after an edit: the page, what the browser runs, and the problems are those of the edit."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from tools.site import ROOT

PROGRAM = "snippets/start/what_state_is/cart.py"
Get = Callable[[str], bytes]


@pytest.fixture
def served(tmp_path: Path, site: Path) -> Iterator[tuple[Path, Get]]:
    """A copy of the repository that is being served, and how to get a file of its site.

    After the site is built, so that the cache holds what the copy needs.
    """
    for name in ("docs", "snippets", "tools", "packages", ".github"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "conftest.py", "README.md", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".cache").symlink_to(ROOT / ".cache")
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "tools.serve", "--dev-addr", f"127.0.0.1:{port}"]
    env = os.environ | {"PYTHONPATH": ""}
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:

        def get(name: str) -> bytes:
            with urlopen(f"http://127.0.0.1:{port}/{name}", timeout=60) as response:
                return bytes(response.read())

        soon(lambda: get(""))
        yield tmp_path, get
        process.terminate()


def soon(what: Callable[[], object]) -> None:
    """Ask again and again until it is so."""
    for _ in range(600):
        with suppress(OSError):  # it is building, or not yet there
            if what():
                return
        time.sleep(0.1)
    pytest.fail("it does not come")


def test_an_edit_is_served(served: tuple[Path, Get]) -> None:
    folder, get = served

    def archived() -> str:
        manifest = json.loads(get("assets/python/manifest.json"))
        archive = get("assets/python/" + manifest["files"]["site"]["path"])
        return str(json.loads(archive)[PROGRAM])

    before = get("hybrid/")
    program, page = folder / PROGRAM, folder / "docs" / "start" / "what-state-is.md"
    program.write_text(program.read_text("utf-8") + "# by an edit\n", "utf-8")
    soon(lambda: b"by an edit" in get("start/what-state-is/") and "by an edit" in archived())
    soon(lambda: b"by an edit" in get("assets/downloads/start/what_state_is/cart.py"))
    text = page.read_text("utf-8")
    page.write_text(text + "\n```python .nonsense\n```\n", "utf-8")
    soon(lambda: b'class="problem"' in get("start/what-state-is/"))
    above, _, _ = text.rstrip().rpartition("\n\n")  # its last words go, since a page may have so many
    page.write_text(f"{above}\n\nAll is well again.\n", "utf-8")
    soon(lambda: b"All is well again" in get("start/what-state-is/"))
    assert b'class="problem"' not in get("start/what-state-is/")
    stamp = re.compile(rb"livereload\(\d+, \d+\)")
    assert stamp.sub(b"", get("hybrid/")) == stamp.sub(b"", before), "a page that did not change is as it was"
    assert b"All is well again" in get("search/search_index.json")
