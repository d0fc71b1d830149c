"""The command line: what it lists and writes, its status, and its one line for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fenceproof import cli

Write = Callable[[str, str], Path]
Done = subprocess.CompletedProcess[str]


def fenceproof(folder: Path, *words: str, encoding: str = "ascii") -> Done:
    env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONWARNINGS": "error"}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-m", "fenceproof", *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {
        "a b.md": b"```py\nx\n```\n",
        ".github/deep/c.md": b"\xef\xbb\xbf```python\r\nx\r\n```",
        "latin.markdown": b"\xe9\n```\n\xe9\n```\n",
        "utf16.md": "```\nx\n```\n".encode("utf-16"),
        "nul.md": b'\0```py\n```py\n--8<-- "\0"\n```\n```py\n--8<-- "a:'
        + b"9" * 5000
        + b'"\n```\n',
        "empty.md": b"",
        "emoji 🛒.md": '```{ .bash .not-run reason="é 🛒" }\nx\n```\n'.encode(),
        "other.mkd": b"",
        "not.txt": b"```py\nx\n```\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.md").mkdir()
    return tmp_path


def test_any_folder_is_listed_on_any_terminal(folder: Path) -> None:
    done = fenceproof(folder, "ledger", "--json")
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    keys = ("page", "line", "language", "role", "compared", "browser", "reason", "problem")
    assert {tuple(row) for row in table} == {keys}
    assert [(row["page"], row["line"], row["role"]) for row in table] == [
        ("a b.md", 1, "executed"),
        ("emoji 🛒.md", 1, "not-run"),
        ("latin.markdown", 2, "unknown"),
        ("nul.md", 2, "executed"),
        ("nul.md", 5, "executed"),
    ]
    assert table[1]["reason"] == "é 🛒"
    lines = fenceproof(folder, "ledger").stdout.splitlines()
    assert lines[0] == "a b.md:1\tpy\texecuted\t-\t-\t"
    assert lines[-1] == (
        "5 fences on 7 pages: 3 executed, 1 not run, 1 without a role (\\xe9 \\U0001f6d2)"
    )


def test_a_folder_elsewhere_is_a_site_of_its_own(folder: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    done = fenceproof(here, "ledger", str(folder / ".github"), str(folder / "a b.md"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "deep/c.md:1\tpython\texecuted\t-\t-\t",
        "a b.md:1\tpy\texecuted\t-\t-\t",
        "2 fences on 2 pages: 2 executed",
    ]


def test_the_ledger_names_what_is_not_installed(write: Write, tmp_path: Path) -> None:
    write("mkdocs.yml", "site_name: A\nplugins: [nowhere]\nmarkdown_extensions: [not_there]\n")
    write("docs/a.md", "```py\nx\n```\n")
    done = fenceproof(tmp_path, "ledger", "--json")
    assert (done.returncode, len(json.loads(done.stdout))) == (0, 1)
    plugin, extension, closing = done.stderr.splitlines()
    assert plugin.startswith('fenceproof: the plugin "nowhere" is not installed')
    assert extension.startswith('fenceproof: the extension "not_there" does not load')
    assert closing == "1 fences on 1 pages: 1 executed"


def test_a_page_that_is_named_twice_is_listed_once(write: Write, tmp_path: Path) -> None:
    write("docs/a.md", "```py\nx\n```\n")
    done = fenceproof(tmp_path, "ledger", "docs", "docs/a.md", ".", "docs/../docs")
    assert done.stdout.splitlines()[-1] == "1 fences on 1 pages: 1 executed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ledger", "nowhere"], "fenceproof: nowhere: no such file or folder"),
        (["record", "nowhere.md"], "fenceproof: nowhere.md: no such file or folder"),
        (["record", "a.py"], "fenceproof: a.py: a script is run by its notebook: name a page"),
        (["ledger", "--jsn"], "fenceproof: unrecognized arguments: --jsn"),
        (["ledgr"], "fenceproof: argument COMMAND: invalid choice: 'ledgr'"),
        ([], "fenceproof: the following arguments are required: COMMAND"),
    ],
)
def test_bad_input_is_one_line(words: list[str], said: str, write: Write, tmp_path: Path) -> None:
    write("a.py", "# %%\n")
    done = fenceproof(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(said)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[tool.fenceproof", "pyproject.toml: "),
        ("[tool.fenceproof]\nconfg = 'a'", "[tool.fenceproof] confg: use one of config"),
        ("[tool.fenceproof]\nconfig = 'no.yml'", "no.yml: no such file or folder"),
    ],
)
def test_a_bad_table_is_one_line(table: str, said: str, write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", table)
    done = fenceproof(tmp_path, "ledger")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert said in line


def test_a_command_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "mutants", cli.Command("fenceproof.not_there", "x"))
    with pytest.raises(SystemExit) as ended:
        cli.main(["mutants"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "fenceproof: mutants: this version does not have it\n"


def test_the_table_in_pyproject_says_which_site(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[tool.fenceproof]\nconfig = 'site'\npages = ['../README.md']\n")
    write("site/a.md", "```py\nx\n```\n")
    write("README.md", "```py\nx\n```\n")
    write("other.md", "```py\nx\n```\n")
    done = fenceproof(tmp_path, "ledger")
    assert done.stdout.splitlines()[-1] == "2 fences on 2 pages: 2 executed", done.stderr


BLOCK = "```python\nprint('a\\n\\nb')\n```\n\n```{ .text .output }\n"


def test_pages_are_recorded_with_their_difference(tmp_path: Path) -> None:
    page, other = tmp_path / "a.md", tmp_path / "b.md"
    page.write_bytes(b"\xef\xbb\xbf" + (BLOCK + "x\n```").replace("\n", "\r\n").encode())
    other.write_bytes(b"\xff\n" + BLOCK.encode() + b"```")
    before = page.read_bytes(), other.read_bytes()

    checked = fenceproof(tmp_path, "record", "--check")
    assert checked.returncode == 1
    assert checked.stdout.endswith("would write 2 fences on 2 pages, 0 to mend by hand\n")
    assert "--- a.md\n+++ a.md\n" in checked.stdout
    assert "\n-x\n+a\n+\n+b\n" in checked.stdout
    assert (page.read_bytes(), other.read_bytes()) == before

    done = fenceproof(tmp_path, "record")
    assert done.returncode == 0, done.stderr
    assert done.stdout == checked.stdout.replace("would write", "wrote")
    assert other.read_bytes() == b"\xff\n" + BLOCK.encode() + b"a\n\nb\n```"
    assert (
        page.read_bytes()
        == b"\xef\xbb\xbf" + (BLOCK + "a\n\nb\n```").replace("\n", "\r\n").encode()
    )

    for words in (["record"], ["record", "--check"]):
        again = fenceproof(tmp_path, *words)
        assert again.returncode == 0
        assert again.stdout.endswith("write 0 fences on 0 pages, 0 to mend by hand\n") or (
            again.stdout == "wrote 0 fences on 0 pages, 0 to mend by hand\n"
        )


def test_what_is_to_be_mended_is_status_1(write: Write, tmp_path: Path) -> None:
    write("a.md", BLOCK + "x\n```\n\n```python\nprint(2)\n```\n")
    done = fenceproof(tmp_path, "record")
    assert done.returncode == 1
    assert "\na.md:9: the block prints something that the page does not show: " in done.stdout
    assert done.stdout.endswith("wrote 1 fences on 1 pages, 1 to mend by hand\n")
    assert "a\n\nb\n" in (tmp_path / "a.md").read_text()


def test_a_reader_that_has_enough_is_no_error(write: Write, tmp_path: Path) -> None:
    write("a.md", "```py\nx\n```\n" * 3000)
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = f"{sys.executable} -m fenceproof ledger | head -1"
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("a.md:1\tpy\texecuted\t-\t-\t\n", "")
