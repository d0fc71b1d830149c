"""What the proof costs: the suite over the pages, against the same code in plain Python.

    python -m tools.bench [ROUNDS]

In a copy of the project, in rounds, so that a busy machine slows all alike:
pytest over one page that only imports what the pages import (the fixed
start-up), pytest over the pages, plain Python after the same imports, pytest
over ten copies of the pages. Processor seconds, medians. The status is 1 where
the suite takes more than 1.5 times what plain Python takes, or where ten times
the pages take more than 12 times as long. Then a sample of the mutation
proof: how many changes are tried in a second, by the clock. What is measured
is told on stderr meanwhile.
"""

import asyncio
import contextlib
import doctest
import importlib
import inspect
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from fenceproof import Fence, Source, data
from fenceproof.console import run_console
from fenceproof.fence import PYTHON, SESSION

from tools.site import ROOT, pages, read, shorten
from tools.spread import proved

COST, GROWTH = 1.5, 12.0  # the bounds
LEFT = shutil.ignore_patterns(".venv", ".git", "site", "node_modules", "__pycache__", ".*_cache", ".cache")
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider"]
PYTEST += ["--rootdir", "ten", "-c", "ten/pyproject.toml"]
TEN = """\
[tool.fenceproof]
config = "../mkdocs.yml"
pages = ["README.md", "empty.md", "copies"]
path = ["snippets", "."]
leave-out = ["tools."]
"""
TRIED = 20  # changes of each kind


def seconds() -> float:
    """The processor time of this process and of those it waited for."""
    return sum(os.times()[:4])


def run_page(fences: list[Fence]) -> None:
    """Run what a page asks to be run, in one namespace, and look at nothing."""
    module = sys.modules["plain_page"] = ModuleType("plain_page")
    snippets = str(ROOT / "snippets")
    for name in [
        name for name, mod in sys.modules.items() if (getattr(mod, "__file__", "") or "").startswith(snippets)
    ]:
        del sys.modules[name]  # as each page finds it in the suite
    with asyncio.Runner() as runner:

        def run(source: Source, mode: str) -> None:
            module.__file__ = name = str(source.path)
            text = "\n" * (source.line - 1) + source.text  # for what looks its own source up
            code = compile(text, name, mode, PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            if code.co_flags & inspect.CO_COROUTINE:
                runner.run(eval(code, module.__dict__))  # noqa: S307
            else:
                exec(code, module.__dict__)  # noqa: S102

        for fence, *after in ([*fences[at : at + 3]] for at in range(len(fences))):
            raises = [Exception] if any(other.role == "error" for other in after) else []
            if fence.role == "validated":
                data.problem(fence, shorten(fence.source.path))
            elif fence.role == "executed" and fence.language in PYTHON:
                with contextlib.suppress(*raises):
                    run(fence.source, "exec")
            elif fence.role == "executed" and fence.language in SESSION:
                for example in doctest.DocTestParser().get_examples(fence.body):
                    with contextlib.suppress(Exception):
                        run(Source(fence.path, fence.line + 1 + example.lineno, example.source), "single")
            elif fence.role == "executed":
                run_console(fence.source.text)


def plain(names: list[str]) -> dict[str, Any]:
    """Run every page in this process, after importing `names`: the seconds, and what that imported too."""
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    found, before = [read(path) for path in pages()], set(sys.modules)
    start = seconds()
    with contextlib.redirect_stdout(io.StringIO()):
        for fences in found:
            run_page(fences)
    took = seconds() - start
    programs = {path.stem for path in (ROOT / "snippets").rglob("*")} | {"plain_page", "__main__"}
    imported = [name for name in sys.modules if name not in before and name.split(".")[0] not in programs]
    return {"seconds": took, "imports": imported}


def environment(folder: Path) -> dict[str, str]:
    """Where a copy of the project finds its programs and its tools."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [folder / "snippets", folder]))}


def tell(what: str) -> None:
    """Say at once what comes next."""
    print(f"{what} ...", file=sys.stderr, flush=True)


def suite(folder: Path, *paths: str) -> float:
    """The processor seconds of pytest over the paths; it must be green."""
    tell(f"pytest {' '.join(paths)}")
    start = seconds()
    run = subprocess.run([*PYTEST, *paths], cwd=folder, env=environment(folder), capture_output=True, text=True)
    if run.returncode:
        said = run.stdout[-3000:] + run.stderr
        sys.exit(f"the suite is red (status {run.returncode}), so its time says nothing:\n{said}")
    return seconds() - start


def mutants_a_second(folder: Path) -> float:
    """How many changes to the pages that a push proves are tried in a second."""
    report = folder / "mutants.json"
    command = [sys.executable, "-m", "fenceproof", "mutants", "--sample", str(TRIED), "--json", str(report)]
    tell(f"the proof, {TRIED} changes of each kind")
    start = time.monotonic()
    run = subprocess.run([*command, *map(shorten, proved(pages()))], cwd=folder, env=environment(folder), stdout=2)
    took = time.monotonic() - start
    if run.returncode not in {0, 1}:
        sys.exit(f"the proof ended with {run.returncode}")
    return float(json.loads(report.read_text("utf-8"))["mutants"] / took)


def main(rounds: int) -> int:
    """Measure, print the table, and say whether a bound is broken."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = shutil.copytree(ROOT, Path(temporary, "project"), ignore=LEFT)
        for n in range(9):  # where the ledger, which some pages print, does not count them
            shutil.copytree(folder / "docs", folder / f"copies/{n}")
            shutil.copy(folder / "README.md", folder / f"copies/{n}/README.md")
        (folder / "ten").mkdir()  # a root of its own, so that the pages which print the ledger do not count the copies
        (folder / "ten" / "pyproject.toml").write_text(TEN)

        def in_plain(names: list[str]) -> dict[str, Any]:
            tell("plain Python")
            command = [sys.executable, "-m", "tools.bench", "--plain", json.dumps(names)]
            run = subprocess.run(command, cwd=folder, env=environment(folder), stdout=subprocess.PIPE)
            return dict(json.loads(run.stdout)) if run.returncode == 0 else sys.exit("plain Python fails")

        names = in_plain([])["imports"]
        text = f"import contextlib, importlib\nfor name in {names}:\n    with contextlib.suppress(ImportError):\n"
        (folder / "empty.md").write_text(f"```python\n{text}        importlib.import_module(name)\n```\n")
        rows: list[list[float]] = []
        for number in range(1, rounds + 1):
            tell(f"round {number} of {rounds}")
            fixed, once = suite(folder, "empty.md"), suite(folder, "README.md", "docs")
            code = float(in_plain(names)["seconds"])
            rows.append([fixed, once - fixed, code, suite(folder, "README.md", "docs", "copies") - fixed])
        rate = mutants_a_second(folder)
    for at, name in enumerate(["start-up", "the pages", "plain Python", "ten times the pages"]):
        column = [row[at] for row in rows]
        print(f"{name:24}{median(column):8.2f} s   of  {'  '.join(f'{one:.2f}' for one in column)}")
    cost, growth = median(row[1] / row[2] for row in rows), median(row[3] / row[1] for row in rows)
    print(f"{'the pages / plain':24}{cost:8.2f}     at most {COST}")
    print(f"{'ten times / once':24}{growth:8.2f}     at most {GROWTH}")
    print(f"{'mutants a second':24}{rate:8.2f}")
    return int(cost > COST or growth > GROWTH)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--plain"]:
        print(json.dumps(plain(json.loads(sys.argv[2]))))
    else:
        sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 3))
