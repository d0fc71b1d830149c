"""The programs that the pages show are models: short, typed, linted, shown."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.site import pages, read

ROOT = Path(__file__).parent.parent
SNIPPETS = ROOT / "snippets"
PROGRAMS = sorted(SNIPPETS.rglob("*.py"))
FORBIDDEN = re.compile(
    r"\b(?:debug=True|BaseHTTPMiddleware|logging|dotenv|os\.environ|datetime\.now|time\.(?:time|sleep)|hash\()"
)

program = pytest.mark.parametrize("path", PROGRAMS, ids=[path.relative_to(SNIPPETS).as_posix() for path in PROGRAMS])


@program
def test_a_program_is_short_and_says_what_it_is_about(path: Path) -> None:
    text = path.read_text("utf-8")
    lines, tree = text.splitlines(), ast.parse(text)
    assert len(lines) <= {"testbed": 60, "cluster": 100}.get(path.parent.name, 50), f"{len(lines)} lines"
    assert max(map(len, lines)) <= 79
    assert ast.get_docstring(tree), "no docstring"
    assert sum(line.lstrip().startswith("#") for line in lines) <= 3, "more than three comments"


@program
def test_a_program_holds_nothing_that_a_model_would_not(path: Path) -> None:
    text = path.read_text("utf-8")
    waits = {"os.environ", "time.sleep"} if path.parent.name == "cluster" else set()  # for the programs it starts
    assert not (found := set(FORBIDDEN.findall(text)) - waits), found
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, ast.Pass), f"line {node.lineno}: pass"
        assert not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...)
        if isinstance(node, ast.FunctionDef) and node.returns and "Response" in ast.unparse(node.returns):
            pytest.fail(f"line {node.lineno}: an endpoint is an `async def`")


@program
def test_an_app_comes_from_a_factory_that_stands_last(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    if any(isinstance(node, ast.Call) and ast.unparse(node.func) == "Starlette" for node in ast.walk(tree)):
        assert isinstance(tree.body[-1], ast.FunctionDef)
        assert tree.body[-1].name == "make_app"


def test_every_program_is_shown_whole_by_a_page() -> None:
    shown = {
        fence.include.path for path in pages() for fence in read(path) if fence.include and fence.role == "executed"
    }
    hidden = {path for path in PROGRAMS if path.name != "__init__.py"} - shown
    assert not hidden, f"no page shows {sorted(path.relative_to(ROOT).as_posix() for path in hidden)}"


def test_every_file_beside_the_programs_is_shown_whole_and_validated_or_says_why_not() -> None:
    files = {path for path in SNIPPETS.glob("[a-z]*/**/*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    shown = {
        fence.include.path
        for path in pages()
        for fence in read(path)
        if fence.include
        and fence.role in {"validated", "not-run"}
        and fence.include.text == fence.include.path.read_text("utf-8")
    }
    hidden = files - shown
    assert not hidden, f"no page shows {sorted(path.relative_to(ROOT).as_posix() for path in hidden)}"


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy", "conftest.py", "tools", "snippets", "tests", "packages"],
    ],
    ids=["lint", "format", "types"],
)
def test_the_tree_is_clean(command: list[str]) -> None:
    run = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
