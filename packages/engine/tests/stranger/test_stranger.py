"""Somebody who has never seen this project: the wheel, an empty folder, five lines, `pytest`.

The sites are made in an environment that has the wheel and nothing of this checkout. A push does
that with the Python that runs the tests; `PYTHONS=all` with each from 3.11 to 3.14, and names
those that are not on this machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2]
UV = str(Path(sys.executable).with_name("uv"))
OURS = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHONS = ["3.11", "3.12", "3.13", "3.14"] if os.environ.get("PYTHONS") == "all" else [OURS]
LEFT_OUT = {"PYTHONPATH", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "VIRTUAL_ENV"}

PAGE = """\
# A page

```python
print(1 + 1)
```

```{ .text .output }
2
```

```{ .bash .not-run reason="it needs a cloud" }
deploy
```
"""
GREEN = "3 fences on 1 pages: 1 executed, 1 outputs compared, 1 not run (it needs a cloud)"


@dataclass(frozen=True)
class Site:
    """How a stranger makes a site: the commands, what is then added to which file, the page."""

    commands: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[str, str], ...]
    page: str
    build: tuple[str, ...] = ()


SITES = {
    "material": Site(
        (("mkdocs", "new", "."),),
        (
            ("pyproject.toml", "[tool.fenceproof]\n"),
            (
                "mkdocs.yml",
                "theme: {name: material}\n"
                "markdown_extensions: [attr_list, pymdownx.superfences]\n"
                "plugins: [search, fenceproof]\n",
            ),
        ),
        "docs/index.md",
        ("mkdocs", "build", "--strict"),
    ),
    "zensical": Site(
        (("zensical", "new", "."), ("rm", "docs/markdown.md")),
        (("pyproject.toml", "[tool.fenceproof]\n"),),
        "docs/index.md",
    ),
    "folder": Site((), (("pyproject.toml", "[tool.fenceproof]\n"),), "page.md"),
}


def called(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What a command says, with nothing of this checkout in its environment."""
    env = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    env["NO_MKDOCS_2_WARNING"] = "1"
    return subprocess.run(
        command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def done(*command: str, cwd: Path) -> str:
    """The same, of a command that has to succeed."""
    run = called(*command, cwd=cwd)
    assert run.returncode == 0, f"{' '.join(command)}:\n{run.stdout}"
    return run.stdout


@cache
def interpreter(version: str) -> str:
    """The Python of this version on this machine; an empty text where there is none."""
    if version == OURS:
        return sys.executable
    places = [
        f"python{version}",
        *map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")),
    ]
    for place in places:
        try:
            said = called(place, "-c", "import sys; print(sys.executable)", cwd=PACKAGE)
        except OSError:
            continue
        if said.returncode == 0:
            return said.stdout.strip()
    return ""


Environment = Callable[[str], Path]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The programs of a fresh environment with the wheel, MkDocs Material and Zensical."""
    folder = tmp_path_factory.mktemp("environments")
    done(UV, "build", "--quiet", "--out-dir", str(folder / "dist"), str(PACKAGE), cwd=folder)
    (wheel,) = (folder / "dist").glob("*.whl")

    @cache
    def made(python: str) -> Path:
        place = folder / f"{len(list(folder.iterdir()))}"
        done(UV, "venv", "--quiet", "--python", python, str(place), cwd=folder)
        programs = place / "bin"
        needs = [str(wheel), "mkdocs-material", "zensical"]
        install = (UV, "pip", "install", "--quiet", "--python", str(programs / "python"))
        done(*install, *needs, cwd=folder)
        return programs

    return made


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", SITES)
@pytest.mark.xdist_group("stranger")
def test_five_lines_are_enough(
    name: str, python: str, environment: Environment, tmp_path: Path
) -> None:
    found = interpreter(python)
    if not found:
        pytest.skip(f"NOT TESTED: there is no Python {python} on this machine")
    programs, site = environment(found), SITES[name]
    for program, *args in site.commands:
        place = programs / program
        done(str(place) if place.exists() else program, *args, cwd=tmp_path)
    assert sum(text.count("\n") for _, text in site.lines) <= 5
    for file, text in site.lines:
        with (tmp_path / file).open("a", encoding="utf-8") as opened:
            opened.write(text)
    page = tmp_path / site.page
    page.write_text(PAGE, "utf-8")
    pytest_there = (str(programs / "python"), "-m", "pytest", "-q", "--strict-markers", "-Werror")
    assert GREEN in done(*pytest_there, cwd=tmp_path)
    if site.build:
        done(str(programs / site.build[0]), *site.build[1:], cwd=tmp_path)
        built = (tmp_path / "site" / "index.html").read_text("utf-8")
        assert "Not run: it needs a cloud" in built
        assert "fenceproof.css" in built
        assert (tmp_path / "site" / "assets" / "fenceproof.css").is_file()
    page.write_text(PAGE.replace("\n2\n", "\n3\n"), "utf-8")
    red = called(*pytest_there, cwd=tmp_path)
    assert red.returncode == 1
    assert f"{site.page}:7: the run gave something else" in red.stdout, red.stdout
