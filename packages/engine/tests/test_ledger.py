"""The ledger lists every fence of any folder of Markdown, and says which have no role."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fenceproof import Site
from fenceproof.ledger import Row, summary

Write = Callable[[str, str], Path]
DIALECTS = {  # of other sites' generators: the lines on which a fence opens, and the language it names
    "book": ("```rust,ignore,noplayground\nfn f() {}\n```\n", [(1, "rust")]),
    "myst": (
        "```{code-block} python\n:lineno-start: 1\n```\n\n:::{note}\n```py\n```\n:::\n",
        [(1, "code-block"), (6, "py")],
    ),
    "blocks": ("/// tab | A\n\n```py hl[1:2]\nx\n```\n\n////\n", [(3, "py")]),
    "hugo": (
        '{{< tab "A" >}}\n```yaml {file="a.yaml" linenos=table}\na: 1\n```\n{{< /tab >}}\n',
        [(2, "yaml")],
    ),
    "vuepress": (
        "::: code-group\n\n```sh [npm]\n$ a\n```\n\n```js{1,3-4}\nx\n```\n\n:::\n",
        [(3, "sh"), (7, "js")],
    ),
    "pandoc": ('~~~~ {.haskell .numberLines startFrom="1"}\nx\n~~~~~~~~\n', [(1, "haskell")]),
    "docusaurus": (
        '```jsx title="a.js" {1,4-6}\nx\n```\n<A>\n\n```js\n```\n\n</A>\n',
        [(1, "jsx"), (6, "js")],
    ),
    "jekyll": ("1. a\n\n   ```ruby\n   x\n   ```\n{: .note}\n", [(3, "ruby")]),
    "github": (
        "<details>\n\n```mermaid\n```\n</details>\n\n> [!NOTE]\n> ```\n> ```\n",
        [(3, "mermaid"), (8, "")],
    ),
    "mkdocs": (
        "!!! tip\n    ```py\n    x\n    ```\n[^1]: a\n\n    ```js\n    x\n    ```\n",
        [(2, "py"), (7, "js")],
    ),
    "html": ("<div markdown>\n```py\nx\n\n```\n</div>\n", [(2, "py"), (5, "")]),
    "unclosed": ("- ```py\n  x\n\nb\n\n```", [(1, "py"), (6, "")]),
    "mdx": (
        "import A from './a'\n\n<A>\n\n  ```tsx\n  x\n  ```\n\n</A>\n\n```ts a\n```\n",
        [(5, "tsx"), (11, "ts")],
    ),
}


def rows(site: Site, text: str, name: str = "page.md") -> tuple[Row, ...]:
    """The rows of a page."""
    (site.config.docs / name).write_text(text, "utf-8")
    return site.ledger([name if not site.config.is_drawn else f"docs/{name}"]).rows


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read(dialect: str, tmp_path: Path) -> None:
    text, expected = DIALECTS[dialect]
    table = rows(Site(tmp_path), text)
    assert [(row.line, row.language) for row in table] == expected
    for row in table:
        assert (row.role == "unknown") is bool(row.problem)
        assert not (row.role == "unknown" and row.compared)


LINES = [
    "", "```", "```py", "~~~", "````", "    ```", "\t```", "      ```", "        ```", "  ~~~", "   ```", "1) ```",
    "> ```", "- a", "    - a", "- - a", "1. a", "  b", "   ", ">", "!!! a", "    !!! a", '=== "A"', "[^1]: a", ": a",
    "- ```x", "<div markdown>", "<div>", "</div>", "a", "    a", "***", "# a", "[a]: b", "|a|", "|-|",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=st.lists(st.sampled_from(LINES), max_size=20).map("\n".join))
@example("- a\n: b\n    ```py\n    x\n    ```\n")
@example("> " * 30 + "```\n" + "!!! a\n    " * 3)
def test_what_commonmark_finds_is_listed(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(text)
    expected = {token.map[0] + 1 for token in tokens if token.type == "fence" and token.map}
    site = Site("/")
    listed = [fence.line for fence in site.parse(Path("/page.md"), text)]
    assert expected <= set(listed)
    assert listed == sorted(set(listed))


def test_depth_breaks_nothing(tmp_path: Path) -> None:
    deep = "".join(" " * 4 * n + "!!! a\n" for n in range(2000))
    deep += "> " * 5000 + "```\n" + "- " * 3000 + "\n```py\nx\n```\n"
    assert rows(Site(tmp_path), deep)[-1].language == "py"


def test_what_is_compared_is_said(own_site: Site) -> None:
    text = "```py\nprint(1)\n```\n```{ .text .output }\n1\n```\n\n```py\nx\n```\n\n"
    text += "```console\n$ a\n```\n\n```toml\na=1\n```\n\n"
    text += '```{ .console .not-run reason="b" }\n$ a\n```\n'
    compared = [row.compared for row in rows(own_site, text)]
    assert compared == [True, True, False, True, True, False]


def test_what_the_browser_runs_is_said(own_site: Site, tmp_path: Path) -> None:
    text = "```py\nx\n```\n\n```pycon\n>>> x\n```\n\n```console\n$ a\n```\n\n"
    text += '```{ .py .no-browser reason="a socket" }\nx\n```\n\n```{ .py .not-run reason="b" }\nx\n```\n'
    assert [(row.browser, row.reason) for row in rows(own_site, text)] == [
        (True, ""), (True, ""), (False, ""), (False, "a socket"), (False, "b"),
    ]  # fmt: skip
    (tmp_path / "bare").mkdir()
    assert not any(row.browser for row in rows(Site(tmp_path / "bare"), text))


def test_the_closing_line_adds_up() -> None:
    fences = [("executed", ""), ("output", ""), ("error", ""), ("validated", ""), ("excerpt", "")]
    fences += [("not-run", "b"), ("not-run", "a"), ("not-run", "b"), ("executed", "a socket")]
    assert summary(fences, 2) == (
        "9 fences on 2 pages: 3 executed, 2 outputs compared, 1 validated, 3 not run (a; 2 × b)"
    )
    assert summary([("unknown", "x"), ("broken", "y")], 1) == (
        "2 fences on 1 pages: 1 without a role, 1 broken"
    )
    assert summary([], 0) == "0 fences on 0 pages"


# -- scripts in the percent form ---------------------------------------------------------

SCRIPT = """\
# %% [markdown]
# # A lab
#
# Text.

# %%
x = 1

# %% [markdown]
# ```text
# read
# ```

# %% tags=["a"]
# a comment, no text
print(x)
"""


def test_a_script_in_the_percent_form_is_read(own_site: Site, write: Write, tmp_path: Path) -> None:
    write("docs/labs/a.py", SCRIPT)
    write("docs/labs/other.py", "x = 1\n")
    site = Site(tmp_path, pages=("docs/labs/a.py",))
    assert site.pages() == [tmp_path / "docs/index.md", tmp_path / "docs/labs/a.py"]
    fences = site.page("docs/labs/a.py").fences
    assert [(fence.line, fence.language, fence.body) for fence in fences] == [
        (6, "python", "x = 1\n"),
        (10, "text", "read\n"),
        (14, "python", "# a comment, no text\nprint(x)\n"),
    ]
    listed = site.ledger()
    assert listed.pages == 2
    assert [(row.page, row.line, row.role, row.browser) for row in listed.rows] == [
        ("docs/labs/a.py", 6, "executed", False),
        ("docs/labs/a.py", 10, "unknown", False),
        ("docs/labs/a.py", 14, "executed", False),
    ]


@pytest.mark.parametrize(
    ("script", "cells"),
    [
        ("# %%\nx = 1\n# %% [markdown]\n# Text\n", [(1, "x = 1\n")]),
        ("# %%\nx = 1", [(1, "x = 1\n")]),
        ("# %%\nx = 1\n", [(1, "x = 1\n")]),
        ("# %%\nx = 1\n\n# %%\ny = 2\n", [(1, "x = 1\n"), (4, "y = 2\n")]),
        ("# %%\nx = 1\n# %%\ny = 2\n", [(1, "x = 1\n"), (4, "y = 2\n")]),
        ("# %%\n# %% [md]\n# Text\n", [(1, "")]),
        ("# %%\n\n# %%\n", [(1, ""), (3, "")]),
        ("# %% [raw]\n# Text\n", []),
        ("#%% no mark\n# %%no mark\n", []),
        ("", []),
    ],
)
def test_each_cell_of_code_is_a_fence(
    script: str, cells: list[tuple[int, str]], own_site: Site, write: Write
) -> None:
    write("docs/a.py", script)
    fences = own_site.page("docs/a.py").fences
    assert [(fence.line, fence.body) for fence in fences] == cells
