"""The labs: light, asking no other host, run again when anything they need has changed, at home elsewhere."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jupytext
import pytest

from tools import labs
from tools.ledger import LABS

ROOT = Path(__file__).parent.parent.parent
LIMIT = 150_000
lab = pytest.mark.parametrize("path", LABS, ids=[path.stem for path in LABS])


def built(site: Path, path: Path) -> str:
    return (site / "labs" / path.stem / "index.html").read_text("utf-8")


def alone() -> dict[str, str]:
    """An environment in which only snippets/ is at hand."""
    return os.environ | {"PYTHONPATH": str(ROOT / "snippets"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


@lab
def test_a_page_is_light_and_has_one_figure_in_the_colours_of_the_site(site: Path, path: Path) -> None:
    html = built(site, path)
    assert len(gzip.compress(html.encode())) <= LIMIT
    figures = re.findall(r"<figure>.*?</figure>", html, re.S)
    assert len(figures) == 1
    assert re.search(r'<svg [^>]*role="img"[^>]*>\s*<title>[^<]{40,}</title>', figures[0])
    assert "var(--state-" in figures[0]
    assert re.findall(r"(?<!, )#[0-9a-f]{6}\b", figures[0]) == [], "a colour of its own"


@lab
def test_the_last_cell_asserts_and_its_answer_is_on_the_page(site: Path, path: Path) -> None:
    source = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"][-1]
    answer = re.search(r'^print\("(.*)"\)$', source.rsplit("\n", 1)[-1])
    assert answer
    assert "assert" in source
    assert answer[1] in re.sub(r"<[^>]+>", "", built(site, path))


@lab
def test_the_first_cell_names_packages_as_the_project_pins_them(path: Path) -> None:
    source = next(cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code")
    block = re.search(r"^# /// script\n((?:#.*\n)+?)# ///$", source, re.M)
    assert block
    named = tomllib.loads(re.sub(r"^# ?", "", block[1], flags=re.M))["dependencies"]
    assert set(named) <= set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"])


@lab
def test_the_downloaded_script_runs_in_an_empty_folder(site: Path, path: Path, tmp_path: Path) -> None:
    script = site / "labs" / path.stem / path.name
    assert script.read_bytes() == path.read_bytes()
    assert f'href="{path.name}"' in built(site, path)
    run = subprocess.run([sys.executable, script], cwd=tmp_path, env=alone(), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@lab
def test_the_downloaded_notebook_runs_in_an_empty_folder(site: Path, path: Path, tmp_path: Path) -> None:
    link = re.search(rf'download="{path.stem}\.ipynb" href="data:[\w/+-]+;base64,([\w+/=]+)"', built(site, path))
    assert link
    (tmp_path / "lab.ipynb").write_bytes(base64.b64decode(link[1]))
    cells = json.loads((tmp_path / "lab.ipynb").read_text("utf-8"))["cells"]
    assert [cell["outputs"] for cell in cells if cell["cell_type"] == "code" and cell["outputs"]] == []
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "lab.ipynb"]
    run = subprocess.run(command, cwd=tmp_path, env=alone(), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_run_is_kept_only_while_nothing_that_it_needs_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lab, requirements.txt, a program it imports, one that this imports, and what lies beside: each counts."""
    for name in ("ROOT", "SNIPPETS"):
        monkeypatch.setattr(labs, name, tmp_path / ("snippets" if name == "SNIPPETS" else ""))
    files = {
        "requirements.txt": "one==1",
        "snippets/near/shop.py": "from far.store import Store",
        "snippets/near/Caddyfile": "localhost",
        "snippets/far/store.py": "Store = dict",
        "snippets/other/cart.py": "Cart = list",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    lab = "import near.shop\n"
    before = labs.digest(lab)
    assert labs.digest(lab) == before != labs.digest(lab + "print()\n")
    for name, text in files.items():
        (tmp_path / name).write_text(text + "\n# changed", "utf-8")
        assert (labs.digest(lab) == before) == (name == "snippets/other/cart.py"), name
        (tmp_path / name).write_text(text, "utf-8")
