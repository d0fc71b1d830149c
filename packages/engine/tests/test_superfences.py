"""What is said of a fence on the page, and the headers that a page without us breaks on."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown import Markdown

from fenceproof import Site, superfences

CUSTOM = {
    "name": "*",
    "class": "fenceproof",
    "validator": superfences.validate,
    "format": superfences.format,
}
HEADERS = [
    "python",
    'python title="a.py" hl_lines="1"',
    "{ .python .breaks #a }",
    "{ .text .output }",
    '{ .text .not-run reason="it needs a cloud" }',
    "{ .text .not-run reason='a cloud' }",
    "{ .text .not-run reason=cloud }",
    'text { .not-run reason="it needs a cloud" }',
    'text reason="it needs a cloud"',
    "text reason='a cloud'",
    'text title="a" reason="b"',
    'python unshown="it is long"',
    '{ .python unshown="it is long" }',
]


def drawn(header: str, *fences: object) -> str:
    """A page with one fence, as superfences draws it."""
    md = Markdown(
        extensions=["attr_list", "pymdownx.superfences"],
        extension_configs={"pymdownx.superfences": {"custom_fences": list(fences)}},
    )
    text: str = md.convert(f"# T\n\n```{header}\nx = 1\n```\n")
    return text


@pytest.mark.parametrize(
    ("header", "kind", "words"),
    [
        ("python", "executed", ""),
        ("{ .python .breaks }", "executed", "Wrong on purpose"),
        ("{ .text .output }", "output", "Output"),
        ("{ .text .error }", "error", "Raises"),
        ("{ .python .excerpt }", "excerpt", "Shown again"),
        ("yaml", "validated", ""),
        ('bash reason="a <cloud>"', "not-run", "Not run: a &lt;cloud&gt;"),
        ('{ .bash .not-run reason="x" }', "not-run", "Not run: x"),
        ('python unshown="it is long"', "executed", "Prints more than is shown: it is long"),
        ("bash", "problem", "Problem: &quot;bash&quot; needs reason=&quot;…&quot;"),
        ("{ .python .ouput }", "problem", "Problem: the role .ouput is not known"),
    ],
)
def test_a_fence_says_what_it_is(header: str, kind: str, words: str) -> None:
    page = drawn(header, CUSTOM)
    assert f'class="fenceproof fenceproof-{kind}"' in page
    assert f"<span>{words}" in page if words else "<span>" not in page.partition("<pre")[0]
    assert "<pre" in page


def test_what_superfences_draws_is_kept() -> None:
    page = drawn('{ .python #a .more title="a.py" linenums="3" data-x="y" }', CUSTOM)
    stock = drawn('{ .python #a .more title="a.py" linenums="3" data-x="y" }')
    assert stock.partition("</h1>")[2].strip() in page


@pytest.mark.parametrize("header", HEADERS)
def test_what_stock_superfences_breaks_on_is_refused(header: str, tmp_path: Path) -> None:
    is_block = "<pre" in drawn(header)
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: A\nmarkdown_extensions: [attr_list, pymdownx.superfences]\n"
    )
    (tmp_path / "docs").mkdir()
    text = f"# T\n\n```python\nx = 1\n```\n\n```{header}\nx = 1\n```\n"
    fence = Site(tmp_path).parse(tmp_path / "docs/a.md", text)[-1]
    broken = "the page shows this fence as a paragraph, for its header: write ```"
    assert fence.problem.startswith(broken) is not is_block, fence.problem
    if not is_block:
        cure = fence.problem.removeprefix(broken)
        assert "<pre" in drawn(cure)
        mended = Site(tmp_path).parse(tmp_path / "docs/a.md", text.replace(header, cure))
        assert mended[-1].problem == ""


def test_with_the_plugin_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: A\nplugins: [fenceproof]\n")
    (tmp_path / "docs").mkdir()
    text = '```text reason="it needs a cloud"\nx\n```\n'
    assert [f.problem for f in Site(tmp_path).parse(tmp_path / "docs/a.md", text)] == [""]


def test_a_site_without_superfences_is_asked_too(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: A\n")
    (tmp_path / "docs").mkdir()
    text = '```text reason="a cloud"\nx\n```\n'
    (fence,) = Site(tmp_path).parse(tmp_path / "docs/a.md", text)
    assert fence.problem.endswith('write ```{ .text reason="a cloud" }')


def test_a_role_where_the_language_is_read() -> None:
    (fence,) = Site(Path(__file__).parent).parse(Path("a.md"), "```{ .output }\nx\n```\n")
    assert fence.problem == ".output stands where the language is read: write { .text .output }"


def test_the_style_sheet_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["superfences", str(tmp_path / "docs" / "assets")])
    superfences.main()
    copy = tmp_path / "docs" / "assets" / "fenceproof.css"
    assert capsys.readouterr().out.strip() == str(copy)
    assert copy.read_bytes() == superfences.STYLE.read_bytes()
