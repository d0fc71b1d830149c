"""What runs is what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fenceproof import Site

Write = Callable[[str, str], Path]


def problem(site: Site, text: str) -> str:
    """The first problem of a page."""
    problems = [fence.problem for fence in site.parse(site.config.root / "page.md", text)]
    return next((problem for problem in problems if problem), "")


OTHER = "the page shows another program than this fence has: write a tab within a text as "


@pytest.mark.parametrize(
    "body",
    [
        "text = '''\n\tone\n'''\nprint(len(text))",
        "text = '''\n      \n'''\nprint(len(text))",
        "print('a\tb')",
        "text = f'''\n\t{1}'''",
        "if True:\n    text = '''\n    \n    '''",
    ],
)
def test_a_text_that_the_page_shows_otherwise(body: str, own_site: Site, write: Write) -> None:
    assert problem(own_site, f"```python\n{body}\n```\n").startswith(OTHER)
    session = "\n".join(
        f"{'...' if n else '>>>'} {line}" for n, line in enumerate(body.split("\n"))
    )
    if "\t" in body:  # a line with a prompt is never empty
        assert problem(own_site, f"```pycon\n{session}\n```\n").startswith(OTHER)
    write("snippets/program.py", body + "\n")
    assert problem(own_site, '```python\n--8<-- "program.py"\n```\n').startswith(OTHER)


@pytest.mark.parametrize(
    "body",
    [
        "if True:\n\tx = 1\n\n\ty = 2",
        "x = 1\n      \ny = 2",
        "x = 1\t# a comment",
        "x = (1,\t2)",
        "await f()",
        "text = 'a\\tb'",
    ],
)
def test_what_makes_no_other_program_may_look_otherwise(body: str, own_site: Site) -> None:
    assert problem(own_site, f"```python\n{body}\n```\n") == ""


def test_a_mark_of_a_section_has_a_line_of_its_own(own_site: Site, write: Write) -> None:
    program = "price = 1\nprice = price + 41  # --8<-- [start:a]\nprint(price)\n# --8<-- [end:a]\n"
    write("snippets/shop.py", program)
    for name in ("shop.py", "shop.py:a"):
        assert problem(own_site, f'```python\n--8<-- "{name}"\n```\n') == (
            "snippets/shop.py:2: a section's mark takes its whole line off the page, and this line "
            "has code too: give the mark a line of its own"
        )
    write("snippets/shop.py", program.replace("price + 41  #", "price + 41\n#"))
    assert problem(own_site, '```python\n--8<-- "shop.py:a"\n```\n') == ""


@pytest.mark.parametrize("control", ["\u202e", "\u2066", "\u2069"])
def test_the_direction_of_a_program_is_not_turned(control: str, own_site: Site) -> None:
    said = problem(own_site, f"```python\naccess = 'user{control}'  # admin\n```\n")
    assert said.startswith("a control character turns the direction of the text")


@pytest.mark.parametrize(
    "character",
    ["\u00a0", "\u00ad", "\u061c", "\u200b", "\u200d", "\u200f", "\u2028", "\u2060", "\u3164", "\ufeff", "\U000e0041"],
)  # fmt: skip
def test_each_character_of_a_program_is_seen(character: str, own_site: Site) -> None:
    said = (
        f"the character U+{ord(character):04X} is not seen, or looks like a space, so the page "
        "shows other code than runs: write it as an escape, or take it out"
    )
    assert problem(own_site, f"```python\naccess = 'user{character}'\n```\n") == said
    assert problem(own_site, f"```console\n$ echo a{character}b\n```\n") == said
    assert problem(own_site, f"```pycon\n>>> f('a{character}b')\n```\n") == said


@pytest.mark.parametrize(
    "text", ["👩\u200d👩\u200d👧", "❤\ufe0f", "می\u200cخواهم", "日本\u3000東京", "é"]
)
def test_other_scripts_are_seen(text: str, own_site: Site) -> None:
    assert problem(own_site, f"```python\nname = '{text}'\n```\n") == ""


def test_the_lines_that_are_to_stand_out_are_there(own_site: Site) -> None:
    page = '```python hl_lines="{}"\nx = 1\ny = 2\n```\n'
    for good in ("1", "2", "1-2", "1 2"):
        assert problem(own_site, page.format(good)) == ""
    for bad in ("3", "1 3", "1-3"):
        assert problem(own_site, page.format(bad)) == (
            "hl_lines= names line 3, and the fence has no such line: name one that it has"
        )


def test_a_title_that_names_a_file_of_the_site_is_of_its_lines(
    own_site: Site, write: Write
) -> None:
    write("snippets/shop/cart.py", "def f():\n    x = 1\n    y = 2\n")
    page = '```python title="{}"\n{}\n```\n'
    assert problem(own_site, page.format("shop/cart.py", "x = 1\ny = 2")) == ""
    for title in ("shop/cart.py", "snippets/shop/cart.py"):
        said = problem(own_site, page.format(title, "x = 9"))
        assert said == "the title names snippets/shop/cart.py, which has other lines: include it"
    for title in ("cart.py", "shop/other.py", "The cart / the shop", "/shop/cart.py"):
        assert problem(own_site, page.format(title, "x = 9")) == ""


@pytest.mark.parametrize("title", ["cart.py", "stateful/cart.py", "/cart.py"])
def test_a_title_names_the_file_that_is_included(title: str, own_site: Site, write: Write) -> None:
    write("snippets/stateful/cart.py", "x = 1\n")
    write("snippets/shop.py", "x = 1\n")
    page = '```python title="{}"\n--8<-- "{}"\n```\n'
    assert problem(own_site, page.format(title, "stateful/cart.py")) == ""
    assert problem(own_site, page.format(title, "shop.py")) == (
        f'the title "{title}" is not the name of the file that is included: '
        "name that file, or use words"
    )
    assert problem(own_site, page.format("The cart", "shop.py")) == ""


@pytest.mark.parametrize(
    "opening",
    [
        "<div hidden markdown>",
        '<div style="display: none" markdown>',
        '<p style="visibility:hidden">',
        '<div style="opacity: 0" markdown>',
        "<template markdown>",
        "<dialog>",
        "<video>",
        '<div style="height: 0; overflow: hidden" markdown>',
        '<div style="position: absolute; left: -9999px" markdown>',
        '<div style="color: transparent !important" markdown>',
        '<div style="opacity: 0% !important" markdown>',
        '<div style="font-size:0px" markdown>',
        '<div style="clip-path: inset(100%)" markdown>',
        '<div style="transform: scale(0)" markdown>',
        "<style>pre { display: none }</style>\n\n<div markdown>",
        "<style>\np { color: red }\n.md-typeset .highlight {\n  visibility: hidden;\n}\n</style>\n\n<div>",
    ],
)
def test_no_fence_is_hidden_from_readers(opening: str, own_site: Site) -> None:
    page = f"{opening}\n\n```python\nx = 1\n```\n\n</div>\n"
    assert problem(own_site, page) == (
        "the page hides this fence from its readers: show it, or move it into a file"
    )


@pytest.mark.parametrize(
    "opening",
    [
        '<div style="height: 100px" markdown>',
        '<div style="opacity: 0.5; line-height: 0" markdown>',
        '<div style="border-left: -1px" markdown>',
        "<style>.banner { display: none } pre { color: red }</style>\n\n<div markdown>",
        "<style>pre .copy { display: none }</style>\n\n<div markdown>",
        "<details markdown>\n<summary>More</summary>",
    ],
)
def test_what_is_styled_is_shown(opening: str, own_site: Site) -> None:
    page = f"{opening}\n\n```python\nx = 1\n```\n\n</div>\n"
    assert problem(own_site, page) == ""


@pytest.mark.parametrize(
    "code",
    [
        "<PRE>x = 1</PRE>",
        "<samp>x = 1</samp>",
        "<xmp>x = 1</xmp>",
        "<pre>\nx = 1",
        "a\n\n    x = 1",
        "<textarea>\nx = 1\n</textarea>",
        "<plaintext>\nx = 1",
        '<script type="py">\nx = 1\n</script>',
        '<script type="text/x-python">x = 1</script>',
        "<py-editor>\nx = 1\n</py-editor>",
        '<div style="white-space: pre">x = 1</div>',
        '<iframe srcdoc="<pre>x = 1</pre>"></iframe>',
        "<pre>\n<pre>\n</pre>\nx = 1\n</pre>",
        "<pre markdown>\nx = 1\n</pre>",
        "<div markdown>\n\n    x = 1\n\n</div>",
        "<div markdown>\n<pre>x = 1\n</div>",
    ],
)
def test_code_in_no_fence_is_named(code: str, own_site: Site) -> None:
    said = problem(own_site, f"# T\n\n{code}\n")
    assert said == 'the page shows code that is in no fence of it, "x = 1": write a fence'


@pytest.mark.parametrize(
    ("opening", "tag"),
    [
        ("<pre>\n<pre>\n </pre>", "pre"),
        ("<pre>", "pre"),
        ("<pre><code>", "pre"),
        ("a <pre> b", "pre"),
        ("<textarea>", "textarea"),
        ("<xmp>\n</pre>", "xmp"),
        ("<select>", "select"),
        ("<title>", "title"),
        ("<iframe>", "iframe"),
        ("<plaintext>\n</plaintexts>", "plaintext"),
        ('<div style="white-space: pre">', "div"),
        ("<div markdown>\n\n<pre>", "pre"),
    ],
)
def test_no_fence_stands_in_what_shows_it_otherwise(opening: str, tag: str, own_site: Site) -> None:
    for page in (f"{opening}\n```python\nx = 1\n```\n", f"{opening}\n\n```python\nx = 1\n```\n"):
        said = problem(own_site, page)
        if said:  # where Markdown closes the element at the end of its paragraph, it is right
            assert said == (
                f"the fence stands in <{tag}>, which shows it as something else: "
                f"close <{tag}> above it"
            )
    assert problem(own_site, f"{opening}\n```python\nx = 1\n```\n")


@pytest.mark.parametrize("opening", ["<script>", "<style>", "<script type='py'>"])
def test_no_fence_stands_in_a_script(opening: str, own_site: Site) -> None:
    assert problem(own_site, f"{opening}\n```python\nx = 1\n```\n")
    closed = f"{opening}\n\n</{opening[1:].split()[0].rstrip('>')}>\n\n```python\nx = 1\n```\n"
    assert problem(own_site, closed) == ""


@pytest.mark.parametrize(
    "around",
    [
        "<pre></pre>\n\n{}",
        "<textarea></textarea>\n\n{}",
        "<code>a</code>\n\n{}",
        "<div><samp></samp></div>\n\n{}",
        "<script>let a = '<pre>';</script>\n\n{}",
        '<p style="white-space: pre-line">a\nb</p>\n\n{}',
        "<svg><title>a</title></svg>\n\n{}",
        "{}\n\n<select><option>a</option></select>",
    ],
)
def test_what_is_closed_does_no_harm(around: str, own_site: Site) -> None:
    assert problem(own_site, around.format("```python\nx = 1\n```") + "\n") == ""


def test_a_page_that_cannot_be_drawn_says_so(write: Write, tmp_path: Path) -> None:
    write("mkdocs.yml", "site_name: A\nmarkdown_extensions: [toc: {slugify: 1}]\n")
    write("docs/index.md", "")
    said = problem(Site(tmp_path), "# T\n\n```python\nx\n```\n")
    assert said.startswith("the page cannot be drawn: TypeError: ")


# -- fences that other readers of Markdown do not see ------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("* a\n\n      ```python\n      x = 1\n      ```\n", 3),
        ("  1.  a\n\n    ```python\n    x = 1\n    ```\n", 3),
        ("<div>\n```python\nx = 1\n```\n</div>\n", 2),
        ("text\n    ```python\n    x = 1\n    ```\n", 2),
        ("1. a\n   ```python\n   x = 1\n   ```\n", 2),
    ],
)
def test_a_fence_that_only_one_reader_sees_is_found(
    text: str, line: int, write: Write, tmp_path: Path
) -> None:
    write("page.md", text)
    (fence,) = Site(tmp_path).page("page.md").fences
    assert (fence.line, fence.body, fence.problem) == (line, "x = 1\n", "")
