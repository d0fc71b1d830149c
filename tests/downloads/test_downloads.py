"""Every download of every page starts in an empty folder, with what it names and nothing else.

A push starts a spread of them by `uv run`; `WEEKLY=1 pytest tests/downloads` starts all of them,
by pip as well: all programs, all pages, and all blocks with what they need.
"""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import closing, suppress
from hashlib import blake2b
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.downloads.conftest import UV, Environment, named, outside
from tools import downloads
from tools.programs import served, why_one_process
from tools.scripts import SNIPPETS, blocks_of, needs_above
from tools.site import ROOT, pages
from tools.spread import WEEKLY, spread

PROGRAMS = downloads.shown()
PAGES = [page for page in pages() if page.is_relative_to(downloads.DOCS) and downloads.taken_whole(page)]
ABOUT_THE_TOOLS = {
    "reference/attacks",
    "reference/how-these-docs-stay-true",
    "reference/proof",
    "reference/python-in-this-page",
}


def name_of(path: Path) -> str:
    return path.relative_to(SNIPPETS).as_posix()


program = pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
started = pytest.mark.parametrize("path", spread(PROGRAMS, 30), ids=name_of)
some_programs = pytest.mark.parametrize("path", spread(PROGRAMS, 6), ids=name_of)
page = pytest.mark.parametrize("path", spread(PAGES, 3), ids=downloads.address)
one_page = pytest.mark.parametrize("path", spread(PAGES, 1), ids=downloads.address)
way = pytest.mark.parametrize("by", ["uv", "pip"] if WEEKLY else ["uv"])


def unpack(archive: Path, folder: Path) -> Path:
    """What one gets: the one folder of a zip, or the file, in an empty folder."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as opened:
            opened.extractall(folder)
        (inside,) = folder.iterdir()
        return inside
    (folder / archive.name).write_bytes(archive.read_bytes())
    return folder


def command(by: str, script: Path, environment: Environment) -> list[str]:
    """How a script is started: by `uv run`, which reads its head, or in an environment that pip made of that."""
    if by == "uv":
        return [str(UV), "run", "--quiet", "--no-project", "--python", sys.executable, "--script", script.name]
    return [environment(named(script.read_text("utf-8"))), script.name]


def end(process: subprocess.Popen[bytes]) -> None:
    """End what was started here, and its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def serves(words: list[str], folder: Path) -> int:
    """Start a program; the status of its first answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = outside() | {"PORT": str(port)}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(words, cwd=folder, env=env, stdout=said, stderr=said, start_new_session=True)
        try:
            for _ in range(600):
                connection = HTTPConnection("127.0.0.1", port, timeout=20)
                with closing(connection), suppress(OSError, HTTPException):
                    connection.request("GET", "/")
                    return connection.getresponse().status
                if process.poll() is not None:
                    break
                time.sleep(0.1)
        finally:
            end(process)
        said.seek(0)
        pytest.fail(f"{words} does not serve:\n{said.read().decode()}")


def runs(words: list[str], folder: Path) -> str:
    """Run to the end; what it printed."""
    run = subprocess.run(words, cwd=folder, env=outside(), capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, f"{words}:\n{run.stdout[-2000:]}{run.stderr[-4000:]}"
    return run.stdout


@way
@started
def test_a_program_starts(path: Path, by: str, made: Path, tmp_path: Path, environment: Environment) -> None:
    """It serves where it has an app; a module that stands alone does nothing, and one that does not has its page."""
    folder = unpack(made / downloads.file_name(path), tmp_path)
    entry, alone = served(path), downloads.stands_alone(path)
    if not entry:
        script = folder / (path.name if alone else "page.py")
        if alone or script.exists():
            said = runs(command(by, script, environment), folder)
            assert said == "" or not alone
        return
    script = folder / (path.name if alone else "main.py")
    words = command(by, script, environment)
    if entry.app:
        assert serves(words, folder) < (504 if entry.needs else 500)
        return
    with subprocess.Popen(
        words, cwd=folder, env=outside(), stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout
            assert "Ctrl-C ends it all\n" in iter(process.stdout.readline, "")
        finally:
            os.killpg(process.pid, signal.SIGTERM)


@program
def test_a_program_is_the_tested_bytes_and_says_how_it_is_served(path: Path, made: Path, tmp_path: Path) -> None:
    folder = unpack(made / downloads.file_name(path), tmp_path)
    tested = path.read_bytes()
    fault = "breaks" in PROGRAMS[path].block.fence.classes
    if downloads.stands_alone(path):
        text = (folder / path.name).read_bytes()
        first, found, last = text.partition(tested)
        assert found == tested
        assert b"uvicorn.run(" in last if served(path) else last == b""
        said = first.decode()
        named(said)
    else:
        assert (folder / path.relative_to(SNIPPETS)).read_bytes() == tested
        said = (folder / "README.md").read_text("utf-8")
        assert len([line for line in said.split("\n") if line]) == 5
    assert ("http://127.0.0.1:8000" in said or "starts it" in said) == bool(served(path))
    assert downloads.link(PROGRAMS[path].page) in said
    assert ("Wrong on purpose" in said) == fault
    assert ("Holds in one process only" in said) == bool(why_one_process(path))
    assert why_one_process(path) in said


def checked(folder: Path, environment: Environment) -> None:
    """The test of a folder is green, as its README says to run it."""
    needs = (folder / "requirements.txt").read_text("utf-8").split()
    python = environment([*needs, "pytest"], "uv")
    runs([python, "-m", "pytest", "-q", "-p", "no:cacheprovider"], folder)


@some_programs
def test_the_test_of_a_program_holds(path: Path, made: Path, tmp_path: Path, environment: Environment) -> None:
    if downloads.stands_alone(path):
        return
    folder = unpack(made / downloads.file_name(path), tmp_path)
    assert (folder / "test_page.py").exists() == downloads.taken_whole(PROGRAMS[path].page)
    if (folder / "test_page.py").exists():
        checked(folder, environment)


@page
def test_a_page_holds(path: Path, made: Path, tmp_path: Path, environment: Environment) -> None:
    folder = unpack(made / f"{downloads.address(path)}.zip", tmp_path)
    checked(folder, environment)


def test_a_page_says_which_of_its_programs_hold_in_one_process_only(made: Path, tmp_path: Path) -> None:
    folder = unpack(made / "stateful" / "non-idempotent.zip", tmp_path)
    said = (folder / "README.md").read_text("utf-8")
    _, _, listed = said.partition("\n\nThese hold in one process only:\n\n")
    assert listed == "- `account`: its account is a dict. Across processes: account_table.py.\n"


@way
@page
def test_a_page_starts(path: Path, by: str, made: Path, tmp_path: Path, environment: Environment) -> None:
    """Its blocks run from the top to the end, and its programs serve."""
    folder = unpack(made / f"{downloads.address(path)}.zip", tmp_path)
    printed = runs(command(by, folder / "page.py", environment), folder)
    for shown in (folder / "outputs").glob("*.txt"):
        assert shown.read_text("utf-8") in printed
    if (folder / "main.py").exists():
        words = command(by, folder / "main.py", environment)
        names = re.findall(r'^    "(.+)": \w+,$', (folder / "main.py").read_text("utf-8"), re.M)
        for name in [name for name in names if name != "cluster"]:
            assert serves([*words, name], folder) < 504


@one_page
def test_a_block_runs_with_what_stands_above_it(
    path: Path, made: Path, tmp_path: Path, environment: Environment
) -> None:
    """Copied alone where it needs nothing; else as the file that is offered in its place."""
    blocks = [block for block in blocks_of(path) if not block.fence.include]
    for block in blocks:
        name = downloads.block_name(block.fence.id, block.code)
        folder = tmp_path / str(block.number)
        folder.mkdir()
        if downloads.wants_more(block.code):
            folder = unpack(made / downloads.address(path) / f"{name}.zip", folder)
            script = folder / "page.py"
            copied = (made / downloads.address(path) / f"{name}.txt").read_bytes()
            assert script.read_bytes() == copied
        else:
            script = folder / "block.py"
            code = block.code if block.error is None else ""  # it raises alone as on the page
            script.write_text(code, "utf-8")
        needs = downloads.packages([script.read_text("utf-8")])
        python = environment(named(script.read_text("utf-8")) if script.name == "page.py" else needs)
        printed = runs([python, script.name], folder)
        if block.output:
            assert printed.endswith(block.output + (block.error or ""))


def test_each_block_stands_alone_or_says_what_it_needs(made: Path) -> None:
    """The count: of the blocks that are no program, those that need others, and those that need the site's programs."""
    alone, above, programs = list[str](), list[str](), list[str]()
    for path in PAGES:
        for block in [block for block in blocks_of(path) if not block.fence.include]:
            kind = programs if downloads.closure([block.code]) else alone
            (above if needs_above(block.code) else kind).append(f"{downloads.address(path)}#{block.fence.id}")
    print(f"{len(alone)} alone, {len(above)} need blocks above, {len(programs)} need programs only")
    offered = {name.removesuffix(".txt") for name in texts(made) if not name.startswith("source/")}
    assert len(offered) == len(above) + len(programs)
    assert len(alone) < len(above), "most blocks of a page rest on those above them, which is why they say so"


def texts(folder: Path) -> list[str]:
    """The texts among the downloads."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*.txt")]


def test_only_pages_about_the_tools_cannot_be_taken() -> None:
    every = {path for path in pages() if path.is_relative_to(downloads.DOCS) and blocks_of(path)}
    assert {downloads.address(path) for path in every - {*PAGES}} == ABOUT_THE_TOOLS


def test_each_program_of_programs_zip_is_made(made: Path, tmp_path: Path, environment: Environment) -> None:
    folder = unpack(made / "programs.zip", tmp_path)
    python = environment(named((folder / "main.py").read_text("utf-8")))
    ask = "import main\nfor name, make in main.PROGRAMS.items():\n    print(name, bool(name == 'cluster' or make()))"
    said = runs([python, "-c", ask], folder)
    assert said.count(" True\n") == len([path for path in SNIPPETS.rglob("*.py") if served(path)])
    assert serves([python, "main.py", "total"], folder) == 404
    assert {path.read_bytes() for path in SNIPPETS.rglob("*.py")} <= {
        file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_the_downloads_are_the_same_whenever_they_are_made(made: Path, tmp_path: Path) -> None:
    env = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-m", "tools.downloads", str(tmp_path)], cwd=ROOT, env=env, check=True)
    one, two = (
        {path.relative_to(base): blake2b(path.read_bytes()).hexdigest() for path in base.rglob("*") if path.is_file()}
        for base in (made, tmp_path)
    )
    assert [name for name in sorted(one.keys() | two.keys()) if one.get(name) != two.get(name)] == []


def test_what_tools_leave_beside_the_programs_is_not_taken(tmp_path: Path) -> None:
    names = ["shop/shop.py", "shop/prices.json", "shop/.shop.py.swp", "shop/__pycache__/shop.pyc", ".ruff_cache/1/2"]
    for name in [*names, "ruff.toml"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert downloads.files_below(tmp_path) == [tmp_path / "shop/prices.json", tmp_path / "shop/shop.py"]
