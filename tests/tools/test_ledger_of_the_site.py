"""The ledger lists every fence of any folder of Markdown, and says what it cannot give a role to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tools.fences import ROOT, parse, read
from tools.ledger import DOCS, PAGES, ours, pages, rows, summary

DIALECTS = {  # of other sites' generators: the lines on which a fence opens, and the language it names
    "book": ("```rust,ignore,noplayground\nfn f() {}\n```\n", [(1, "rust")]),
    "myst": (
        "```{code-block} python\n:lineno-start: 1\n```\n\n:::{note}\n```py\n```\n:::\n",
        [(1, "code-block"), (6, "py")],
    ),
    "blocks": ("/// tab | A\n\n```py hl[1:2]\nx\n```\n\n////\n", [(3, "py")]),
    "hugo": ('{{< tab "A" >}}\n```yaml {file="a.yaml" linenos=table}\na: 1\n```\n{{< /tab >}}\n', [(2, "yaml")]),
    "vuepress": ("::: code-group\n\n```sh [npm]\n$ a\n```\n\n```js{1,3-4}\nx\n```\n\n:::\n", [(3, "sh"), (7, "js")]),
    "pandoc": ('~~~~ {.haskell .numberLines startFrom="1"}\nx\n~~~~~~~~\n', [(1, "haskell")]),
    "docusaurus": ('```jsx title="a.js" {1,4-6}\nx\n```\n<A>\n\n```js\n```\n\n</A>\n', [(1, "jsx"), (6, "js")]),
    "jekyll": ("1. a\n\n   ```ruby\n   x\n   ```\n{: .note}\n", [(3, "ruby")]),
    "github": ("<details>\n\n```mermaid\n```\n</details>\n\n> [!NOTE]\n> ```\n> ```\n", [(3, "mermaid"), (8, "")]),
    "mkdocs": ("!!! tip\n    ```py\n    x\n    ```\n[^1]: a\n\n    ```js\n    x\n    ```\n", [(2, "py"), (7, "js")]),
    "html": ("<div markdown>\n```py\nx\n\n```\n</div>\n", [(2, "py"), (5, "")]),
    "unclosed": ("- ```py\n  x\n\nb\n\n```", [(1, "py"), (6, "")]),
    "mdx": ("import A from './a'\n\n<A>\n\n  ```tsx\n  x\n  ```\n\n</A>\n\n```ts a\n```\n", [(5, "tsx"), (11, "ts")]),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read(dialect: str) -> None:
    text, expected = DIALECTS[dialect]
    table = rows(parse(Path("page.md"), text, ours=False))
    assert [(row["line"], row["language"]) for row in table] == expected
    for row in table:
        assert (row["role"] == "unknown") is bool(row["reason"])
        assert not (row["role"] == "unknown" and row["checked"])


LINES = [
    "", "```", "```py", "~~~", "````", "    ```", "\t```", "      ```", "        ```", "  ~~~", "   ```", "1) ```",
    "> ```", "- a", "    - a", "- - a", "1. a", "  b", "   ", ">", "!!! a", "    !!! a", '=== "A"', "[^1]: a", ": a",
    "- ```x", "<div markdown>", "<div>", "</div>", "<!--", "-->", "a", "    a", "***", "# a", "[a]: b", "|a|", "|-|",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=st.lists(st.sampled_from(LINES), max_size=20).map("\n".join))
@example("- a\n: b\n    ```py\n    x\n    ```\n")
@example("> " * 30 + "```\n" + "!!! a\n    " * 3)
def test_what_commonmark_finds_is_listed(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(text)
    expected = {token.map[0] + 1 for token in tokens if token.type == "fence" and token.map}
    listed = [fence.line for fence in parse(Path("page.md"), text, ours=False)]
    assert expected <= set(listed)
    assert listed == sorted(set(listed))


def test_depth_breaks_nothing() -> None:
    deep = (
        "".join(" " * 4 * n + "!!! a\n" for n in range(2000))
        + "> " * 5000
        + "```\n"
        + "- " * 3000
        + "\n```py\nx\n```\n"
    )
    assert parse(Path("page.md"), deep, ours=False)[-1].language == "py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {
        "a b.md": b"```py\nx\n```\n",
        ".github/deep/c.md": b"\xef\xbb\xbf```python\r\nx\r\n```",
        "latin.markdown": b"\xe9\n```\n\xe9\n```\n",
        "utf16.md": "```\nx\n```\n".encode("utf-16"),
        "nul.md": b'\0```py\n```py\n--8<-- "\0"\n```\n```py\n--8<-- "a:' + b"9" * 5000 + b'"\n```\n',
        "empty.md": b"",
        "emoji 🛒.md": '```{ .bash .not-run reason="é 🛒" }\nx\n```\n'.encode(),
        "not.txt": b"```py\nx\n```\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.md").mkdir()
    return tmp_path


def ledger(*options: str, encoding: str = "ascii") -> subprocess.CompletedProcess[str]:
    env = {"PYTHONIOENCODING": encoding, "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "tools.ledger", *options]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


def test_any_folder_is_listed_on_any_terminal(folder: Path) -> None:
    done = ledger("--json", str(folder))
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert {tuple(row) for row in table} == {("path", "line", "language", "role", "checked", "browser", "reason")}
    assert [(Path(row["path"]).name, row["line"], row["role"]) for row in table] == [
        ("c.md", 1, "executed"),
        ("a b.md", 1, "executed"),
        ("emoji 🛒.md", 1, "not-run"),
        ("latin.markdown", 2, "unknown"),
        ("nul.md", 2, "unknown"),
        ("nul.md", 5, "unknown"),
    ]
    assert table[2]["reason"] == "é 🛒"
    lines = ledger(str(folder)).stdout.splitlines()
    assert lines[1] == f"{folder / 'a b.md'}:1\tpy\texecuted\t-\t-\t"
    assert lines[-1].startswith(
        "6 fences on 7 pages: 2 executed, 0 outputs compared, 0 validated, 1 not run, 3 without"
    )


def test_a_path_that_is_not_there_is_said() -> None:
    done = ledger("--json", "nowhere")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "python -m tools.ledger: error: nowhere: no such file or folder"


def test_each_page_of_this_site_is_listed_once() -> None:
    found = pages([*PAGES, DOCS, PAGES[0]])
    assert found == pages()
    assert len(found) == len(set(found))
    for name in ("README.md", "docs/index.md", "docs/a b/c/d.markdown"):
        assert ours(ROOT / name), name
    for name in (
        "docs/assets/a/b.md",
        "docs/.overrides/a.md",
        "docs/a/.b/c.md",
        "docs/a.txt",
        "tests/README.md",
        "a.md",
    ):
        assert not ours(ROOT / name), name


def test_what_is_compared_is_said() -> None:
    text = "```py\nprint(1)\n```\n```{ .text .output }\n1\n```\n\n```py\nx\n```\n\n"
    text += "```console\n$ a\n```\n\n```toml\na=1\n```\n"
    assert [row["checked"] for row in rows(parse(Path("page.md"), text))] == [True, True, False, True, True]


def test_what_the_browser_runs_is_said() -> None:
    text = "```py\nx\n```\n\n```pycon\n>>> x\n```\n\n```console\n$ a\n```\n\n"
    text += '```{ .py .no-browser reason="a socket" }\nx\n```\n\n```{ .py .not-run reason="b" }\nx\n```\n'
    table = rows(parse(DOCS / "page.md", text))
    assert [(row["browser"], row["reason"]) for row in table] == [
        (True, ""), (True, ""), (False, ""), (False, "a socket"), (False, "b"),
    ]  # fmt: skip
    assert not any(row["browser"] for row in rows(parse(Path("page.md"), text, ours=False)))


def test_the_closing_line_adds_up() -> None:
    fences = [("executed", ""), ("output", ""), ("error", ""), ("validated", ""), ("excerpt", "")]
    fences += [("not-run", "b"), ("not-run", "a"), ("not-run", "b")]
    assert summary(fences, 2) == (
        "8 fences on 2 pages: 1 executed, 2 outputs compared, 2 validated, 3 not run (a; 2 × b)"
    )
    assert summary([("unknown", "x"), ("broken", "y")], 1).endswith(" 0 not run, 1 without a role, 1 broken")
    assert summary([], 0) == "0 fences on 0 pages: 0 executed, 0 outputs compared, 0 validated, 0 not run"


def test_every_fence_of_this_site_has_a_role() -> None:
    assert [fence.where for path in pages() for fence in read(path) if not fence.role] == []
