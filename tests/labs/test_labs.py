"""The labs: light, asking no other host, run again when anything they need has changed, at home elsewhere."""

from __future__ import annotations

import ast
import base64
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import jupytext
import pytest

from tests.only.sitecustomize import Only
from tools import labs
from tools.site import LABS

ROOT = Path(__file__).parent.parent.parent
LIMIT = 150_000
lab = pytest.mark.parametrize("path", LABS, ids=[path.stem for path in LABS])


def built(site: Path, path: Path) -> str:
    return (site / "labs" / path.stem / "index.html").read_text("utf-8")


def packages(path: Path) -> list[str]:
    """What the first cell of a lab asks for."""
    source = next(cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code")
    block = re.search(r"^# /// script\n((?:#.*\n)+?)# ///$", source, re.M)
    assert block
    named: list[str] = tomllib.loads(re.sub(r"^# ?", "", block[1], flags=re.M))["dependencies"]
    return named


def download(html: str, name: str) -> bytes:
    """A file that a page has in itself."""
    link = re.search(rf'download="{name}" href="data:[\w/+-]+;base64,([\w+/=]+)"', html)
    assert link
    return base64.b64decode(link[1])


def run(words: list[str], folder: Path, html: str, *only: str) -> subprocess.CompletedProcess[str]:
    """Python in a folder with the programs that a page offers, and with no other package than these."""
    with zipfile.ZipFile(io.BytesIO(download(html, "programs.zip"))) as programs:
        programs.extractall(folder)
    env = os.environ | {"PYTHONPATH": str(ROOT / "tests" / "only"), "ONLY": "\n".join(only)}
    env |= {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return subprocess.run([sys.executable, *words], cwd=folder, env=env, capture_output=True, text=True)


def imports(text: str, programs: dict[str, str]) -> set[str]:
    """The modules that a program asks for, and those that its own programs ask for, without these."""
    found, seen, waiting = set[str](), set[str](), [text]
    while waiting:
        source = waiting.pop()
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
        within = {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}  # it may be a module
        for name in (labs.modules(source) | within) - seen:
            seen.add(name)
            files = {f"{name.replace('.', '/')}{end}" for end in (".py", "/__init__.py")} & programs.keys()
            waiting += [programs[file] for file in files]
            if not files and not any(file.startswith(name.split(".")[0] + "/") for file in programs):
                found.add(name)
    return found


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
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {*packages(path)} <= {*project}


@lab
def test_the_downloaded_script_has_all_that_it_imports(site: Path, path: Path) -> None:
    """The build has run its cells in a folder with these programs alone; what is left is where packages come from."""
    script, html = site / "labs" / path.stem / path.name, built(site, path)
    assert script.read_bytes() == path.read_bytes()
    assert f'href="{path.name}"' in html
    with zipfile.ZipFile(io.BytesIO(download(html, "programs.zip"))) as opened:
        programs = {name: opened.read(name).decode() for name in opened.namelist()}
    asked = {name.split(".")[0] for name in imports(path.read_text("utf-8"), programs)} - sys.stdlib_module_names
    assert not asked & Only(packages(path)).others
    assert not {top for top in asked if not find_spec(top)}


@pytest.mark.parametrize("name", ["who-moves", "cost-of-a-home", "eviction-cliff"])
def test_a_downloaded_script_runs_with_what_its_first_cell_names(site: Path, name: str, tmp_path: Path) -> None:
    path = ROOT / "docs" / "labs" / f"{name}.py"
    script = shutil.copy(site / "labs" / name / path.name, tmp_path)
    done = run([str(script)], tmp_path, built(site, path), *packages(path))
    assert done.returncode == 0, done.stderr


@lab
def test_the_downloaded_notebook_has_the_cells_of_the_script_and_no_output(site: Path, path: Path) -> None:
    cells = json.loads(download(built(site, path), f"{path.stem}.ipynb"))["cells"]
    script = jupytext.read(path).cells
    assert [(each["cell_type"], each["source"]) for each in cells] == [(e.cell_type, e.source) for e in script]
    assert not any(each["outputs"] for each in cells if each["cell_type"] == "code")


def test_a_downloaded_notebook_runs_with_what_its_first_cell_names(site: Path, tmp_path: Path) -> None:
    path = ROOT / "docs" / "labs" / "who-moves.py"
    html = built(site, path)
    (tmp_path / "lab.ipynb").write_bytes(download(html, "who-moves.ipynb"))
    words = ["-m", "nbconvert", "--to", "notebook", "--execute", "lab.ipynb"]
    done = run(words, tmp_path, html, *packages(path), "nbconvert[webpdf]", "ipykernel")
    assert done.returncode == 0, done.stderr
    assert "One of five moves" in (tmp_path / "lab.nbconvert.ipynb").read_text("utf-8")


def test_a_package_that_was_not_named_is_missed(site: Path, tmp_path: Path) -> None:
    html = built(site, LABS[0])
    assert "matplotlib is not of the packages" in run(["-c", "import matplotlib"], tmp_path, html, "starlette").stderr
    assert run(["-c", "import starlette, anyio, testbed"], tmp_path, html, "starlette", "httpx2").stderr == ""


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
