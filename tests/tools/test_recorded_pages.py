"""What `python -m tools.record` writes, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.fences import ROOT, parse
from tools.promises import Page
from tools.record import record


def recorded(text: str, path: Path = ROOT / "docs/scratch.md") -> str:
    """The page as recorded; a second time changes nothing, and then it is green."""
    new, _, notes = record(path, text)
    assert not notes
    assert record(path, new) == (new, 0, [])
    page = Page(new, str(path))
    assert [page.outcome(fence) for fence in page.fences] == [None] * len(page.fences)
    page.close()
    return new


BLOCK = "```python\nprint('a\\n\\nb')\n```\n\n```{ .text .output }\n"


@pytest.mark.parametrize("stale", ["", "old\n", "a\n", "a\n\nb\nc\nd\n"])
def test_an_output_is_written(stale: str) -> None:
    assert recorded(f"# T\n\n{BLOCK}{stale}```\n\nThe end.\n") == f"# T\n\n{BLOCK}a\n\nb\n```\n\nThe end.\n"


def test_an_output_that_holds_keeps_its_page() -> None:
    page = f"{BLOCK}a\n\nb\n```"
    assert record(ROOT / "docs/scratch.md", page) == (page, 0, [])


def test_an_output_can_become_empty() -> None:
    page = "```python\nx = 1\n```\n\n```{ .text .output }\n%s```\n"
    assert recorded(page % "old\n") == page % ""


def test_an_error_is_written() -> None:
    page = "```python\nprint(1)\n{}['ada']\n```\n```{ .text .output }\n%s```\n```{ .text .error }\n%s```\n"
    assert recorded(page % ("", "")) == page % ("1\n", "KeyError: 'ada'\n")


@pytest.mark.parametrize(
    ("marker", "inner", "blank"),
    [
        ('=== "Tab"\n\n    ', "    ", ""),
        ("!!! note\n\n    ", "    ", ""),
        ("> ", "> ", ">"),
        ("- x\n\n    ", "    ", ""),
        ("1. x\n\n    > ", "    > ", "    >"),
        ("- x\n\n\t", "\t", ""),
    ],
)
def test_a_container_keeps_its_prefix(marker: str, inner: str, blank: str) -> None:
    head = f"{marker}```python\n{inner}print('a\\n\\n  b')\n{inner}```\n{blank}\n{inner}``` {{ .text .output }}\n"
    assert (
        recorded(f"{head}{inner}old\n{inner}```\n\nEnd\n")
        == f"{head}{inner}a\n{blank}\n{inner}  b\n{inner}```\n\nEnd\n"
    )


def test_a_session_and_a_console_are_written() -> None:
    page = (
        "```pycon\n>>> for n in range(2):\n...     n\n%s>>> x = 1\n>>> print('')\n%s>>> 1 / 0\n%s```\n\n"
        "```console\n$ echo a \\\n> b\n%s$ true\n```\n"
    )
    raised = "Traceback (most recent call last):\n    ...\nZeroDivisionError: division by zero\n"
    new = page % ("0\n1\n", "<BLANKLINE>\n", raised, "a b\n")
    assert recorded(page % ("", "", "", "")) == new
    assert recorded(page % ("7\n8\n9\n", "x\n", "y\n", "z\n")) == new


def test_what_stands_below_a_session_that_differed_is_written_too() -> None:
    page = "```pycon\n>>> x = 1\n>>> x\n%s```\n\n```python\nprint(x)\n```\n```{ .text .output }\n%s```\n"
    assert recorded(page % ("2\n", "")) == page % ("1\n", "1\n")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\nÅda\u2028\f  \n\n\n"])
def test_all_else_keeps_its_bytes(ending: str, last: str) -> None:
    page = "---\ntitle: x\t\n---\n\nd  \n\n" + BLOCK + "%s```" + last
    assert recorded((page % "x\n").replace("\n", ending)) == (page % "a\n\nb\n").replace("\n", ending)


@pytest.mark.parametrize(
    ("page", "line", "said"),
    [
        (
            "```python\n1 / 0\n```\n```{ .text .output }\nkept\n```\n",
            1,
            "mend the block, which raised ZeroDivisionError",
        ),
        ("```python\n1 / 0\n```\n```{ .text .output }\nkept\n```\n", 4, "not run, since docs/scratch.md:1 failed"),
        (
            "```python\nprint('```')\n```\n```{ .text .output }\nkept\n```\n",
            4,
            "closes its own fence: open and close it with ````",
        ),
        ("```python\nprint(1, end='')\n```\n```{ .text .output }\nkept\n```\n", 4, "no newline"),
        ("```python\nprint('--8<-- \"no.py\"')\n```\n```{ .text .output }\nkept\n```\n", 4, "cannot stand in a fence"),
        ('```python\nprint(1)\n```\n```{ .text .output }\n--8<-- "pyproject.toml"\n```\n', 4, "the body is an include"),
        ("```python\nx = 1\n```\n```{ .text .error }\nkept\n```\n", 4, "it raised nothing"),
        ("```{ .text .output }\nkept\n```\n", 1, "an output without a block"),
        ("```text\nkept\n```\n", 1, "needs reason="),
        ("```console\n$ false\nkept\n```\n", 1, "ended with status 1"),
    ],
)
def test_what_cannot_be_recorded_is_named_and_kept(page: str, line: int, said: str) -> None:
    new, count, notes = record(ROOT / "docs/scratch.md", page)
    assert (new, count) == (page, 0)
    assert any(note.startswith(f"docs/scratch.md:{line}: ") and said in note for note in notes), notes


def test_the_command_prints_the_diff_and_is_never_a_gate(tmp_path: Path) -> None:
    page, other = tmp_path / "a.md", tmp_path / "b.md"
    page.write_bytes(b"\xef\xbb\xbf" + (BLOCK + "x\n```").replace("\n", "\r\n").encode())
    other.write_bytes(b"\xff\n" + BLOCK.encode() + b"```")
    command = [sys.executable, "-m", "tools.record", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stdout.endswith("wrote 2 outputs on 2 pages\n")
    assert f"--- {page}" in run.stdout
    assert "\n-x\n+a\n+\n+b\n" in run.stdout
    assert other.read_bytes() == b"\xff\n" + BLOCK.encode() + b"a\n\nb\n```"
    assert page.read_bytes() == b"\xef\xbb\xbf" + (BLOCK + "a\n\nb\n```").replace("\n", "\r\n").encode()
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 1
    assert again.stdout.endswith("wrote 0 outputs on 0 pages\n")
    assert parse(page, page.read_text("utf-8-sig"))[1].body == "a\n\nb\n"


def test_a_path_that_is_not_there_is_named() -> None:
    run = subprocess.run([sys.executable, "-m", "tools.record", "no.md"], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (1, "no.md: no such file or folder\n")
