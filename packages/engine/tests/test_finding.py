"""Which fences a page has, what each promises, what is wrong with it: each trap is a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.utils.meta import get_data

from fenceproof import Fence, Role, Site, Source
from fenceproof.fence import PYTHON

PAGE = "page.md"


@pytest.fixture(scope="module", autouse=True)
def current(site: Site) -> Iterator[None]:
    """The site that the pages of these tests belong to."""
    SITE.append(site)
    yield
    SITE.clear()


SITE: list[Site] = []


def parse(text: str) -> list[Fence]:
    return SITE[0].parse(SITE[0].config.root / PAGE, text)


def one(text: str) -> Fence:
    """The only fence of a page."""
    (fence,) = parse(text)
    return fence


def problems(text: str) -> list[str]:
    """`line: problem` for each fence that has one."""
    return [f"{fence.line}: {fence.problem}" for fence in parse(text) if fence.problem]


@pytest.fixture
def snippets(site: Site) -> Iterator[Callable[[str, str], Path]]:
    """Write a file that includes can name, until the end of the test."""
    folder = site.config.root / "snippets"
    written: list[Path] = []

    def write(name: str, text: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        written.append(path)
        return path

    yield write
    for path in written:
        path.unlink(missing_ok=True)


def code_blocks(html: str) -> list[str]:
    """The text of each `<pre>` of a page, as another reader of HTML finds it."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    numbers = {pre for part in tree.iter("div") if part.get("class") == "linenodiv" for pre in part}
    found = []
    for element in tree.iter("pre"):
        if element in numbers:
            continue
        lines = "".join(own_text(element)).split("\n")
        code = "\n".join(line if line.strip(" ") else "" for line in lines).strip("\n")
        if code:
            found.append(code)
    return found


def own_text(element: Element) -> Iterator[str]:
    """The text of an element, but for that of each `<pre>` in it, which is a block of its own."""
    yield element.text or ""
    for child in element:
        if child.tag != "pre":
            yield from own_text(child)
        yield child.tail or ""


def shown(fence: Fence) -> str:
    """What the page shows, without the spaces of empty lines."""
    lines = fence.shown.split("\n")
    return "\n".join(line if line.strip() else "" for line in lines).strip("\n")


# -- the rendered page is the judge ----------------------------------------


@pytest.fixture(scope="module")
def site_markdown(site: Site) -> Markdown:
    config = load_config(str(site.config.file))
    return Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)


@pytest.fixture(scope="module")
def visible(site_markdown: Markdown) -> Callable[[str], list[str]]:
    """The text of each code block of the HTML that the site would have."""

    def blocks(text: str) -> list[str]:
        body, _ = get_data(text.replace("\r\n", "\n"))  # as MkDocs takes the front matter off
        return code_blocks(site_markdown.reset().convert(body))

    return blocks


def assert_accounted_for(visible: Callable[[str], list[str]], text: str) -> None:
    """The page's code blocks are its fences, or it has a problem."""
    found = parse(text)
    if not any(fence.problem for fence in found):
        blocks, texts = visible(text), [shown(fence) for fence in found]
        if "[^" in text:  # footnotes go to the end
            blocks, texts = sorted(blocks), sorted(texts)
        assert blocks == texts


@pytest.mark.parametrize(
    "header",
    [
        "python", " python", "\tpython", "py", "python3", "py3", "Python", "PYTHON", ".python", " .python", "{.python}",
        "{ .python }", " { .python .breaks #id title=\"x\" hl_lines=\"1\" linenums=\"1\" }", "{.python title=x}",
        'python title="a b"', "python title='a b'", 'python hl_lines="1" linenums="1"', "python {.breaks}",
        "python { .breaks #id }", "python   ", "python {title=\"a } b\"}", "{ .python data-tab=\"a\" }",
    ],
)  # fmt: skip
@pytest.mark.parametrize("marker", ["```", "~~~", "`````"])
def test_every_spelling_runs(header: str, marker: str, visible: Callable[[str], list[str]]) -> None:
    text = f"{marker}{header}\nx = 1\n{marker}\n"
    fence = one(text)
    assert (fence.role, fence.problem, fence.body) == (Role.EXECUTED, "", "x = 1\n")
    assert fence.language in PYTHON
    assert visible(text) == ["x = 1"]


def test_a_header_is_taken_apart() -> None:
    fence = one('```{ .Python .breaks #id title="a b" hl_lines="1 3" linenums=1 }\nx\n```\n')
    assert (fence.language, fence.header.classes, fence.header.id) == ("python", ("breaks",), "id")
    assert fence.header.options == {"title": "a b", "hl_lines": "1 3", "linenums": "1"}
    assert one("```python linenums title='\"'\nx\n```\n").header.options == {
        "linenums": "linenums",
        "title": '"',
    }
    assert (
        one('```{ .bash .not-run reason="it wants = and }" }\nx\n```').reason == "it wants = and }"
    )


@pytest.mark.parametrize("mark", ["annotate", "copy", "no-copy", "select", "no-select"])
def test_what_material_knows_is_no_role(mark: str) -> None:
    fence = one(f"``` {{ .python .{mark} }}\nx = 1\n```\n")
    assert (fence.role, fence.problem) == (Role.EXECUTED, "")


def test_a_fence_that_no_browser_can_run_still_runs_here() -> None:
    fence = one('```{ .python .no-browser reason="it opens a socket" }\nx = 1\n```\n')
    assert (fence.role, fence.problem, fence.reason) == ("executed", "", "it opens a socket")


FENCE = "```python\nif x:\n\n    y\n```"


def indented(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{}", 1),
        ("A line.\n{}", 2),
        ("# T\n{}\n# U\n", 2),
        ("!!! note\n    {}", 2),
        ("!!! note\n\n    {}", 3),
        ('!!! note "T"\n    Text.\n\n    {}\n\n    More.', 4),
        ("??? note\n\n    {}", 3),
        ("???+ note\n\n    {}", 3),
        ('=== "A"\n\n    {}\n\n=== "B"\n\n    B', 3),
        ('=== "A"\n    {}', 2),
        ('===! "A"\n\n    {}', 3),
        ('=== "A"\n\n    === "B"\n\n        {}', 5),
        ('- x\n\n    === "A"\n\n        {}', 5),
        ("!!! note\n\n    - x\n\n        {}", 5),
        ("- x\n\n    {}", 3),
        ("* x\n\n    {}", 3),
        ("1. x\n\n    {}\n\n2. y", 3),
        ("- x\n\n    - y\n\n        {}", 5),
        ("1. x\n\n    1. y\n\n        1. z\n\n            {}", 7),
        ("- x\n\n\t{}", 3),
        ("!!! note\n\n\t{}", 3),
        ("> {}", 1),
        ("> a\n>\n> {}", 3),
        ("> > {}", 1),
        ("[^1]: a\n\n    {}\n\nb[^1]", 3),
        ("[^1]:\n    {}\n\nb[^1]", 2),
        ("Term\n\n:   a\n\n    {}", 5),
        ("<div markdown>\n\n{}\n\n</div>", 3),
        ("<div markdown>\n{}\n</div>", 2),
        ('<div class="a" markdown="1">\n{}\n</div>', 2),
        ("<details markdown><summary>S</summary>\n\n{}\n\n</details>", 3),
        ('<div markdown>\n\n!!! note\n\n    === "A"\n\n        {}\n\n</div>', 7),
    ],
)
def test_every_container_is_looked_into(
    text: str, line: int, visible: Callable[[str], list[str]]
) -> None:
    before = text.partition("{}")[0].rpartition("\n")[2]
    page = text.replace("{}", indented(FENCE, before)[len(before) :]) + "\n"
    page = page.replace("\n\n", "\n" + before.rstrip() + "\n") if before.startswith(">") else page
    fence = one(page)
    assert (fence.line, fence.role, fence.problem, fence.body) == (
        line,
        "executed",
        "",
        "if x:\n\n    y\n",
    )
    assert page.split("\n")[fence.line - 1] == f"{fence.prefix}```python"
    assert page.split("\n")[fence.end - 1] == f"{fence.prefix}```"
    assert visible(page) == ["if x:\n\n    y"]


@pytest.mark.parametrize(
    "text",
    [
        "<!--\n```python\nx\n```\n-->\n",
        "a <!-- b -->\n\n<!-- ```python\nx\n``` -->\n",
        "Inline ```python``` code, and ``` alone.\n",
        "`` ```python ``\n",
        "",
    ],
)
def test_what_no_reader_sees_as_a_block_is_none(
    text: str, visible: Callable[[str], list[str]]
) -> None:
    assert parse(text) == []
    assert visible(text) == []


def test_a_fence_in_a_longer_fence_is_its_text(visible: Callable[[str], list[str]]) -> None:
    text = '````{ .text .not-run reason="it shows Markdown" }\n```python\n1 / 0\n```\n````\n'
    assert [(fence.line, fence.role) for fence in parse(text)] == [(1, "not-run")]
    assert visible(text) == ["```python\n1 / 0\n```"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_the_bytes_around_a_fence_do_not_matter(
    tmp_path: Path, ending: str, bom: str, last: str
) -> None:
    path = tmp_path / "a page.md"
    read = SITE[0].page
    text = (
        "a\u2028b\fc\vd\x1ce\x85f\n\n```{ .text .not-run reason=\"no\" }\ns = 'a\u2028b\x85c'\n```"
        + last
    )
    path.write_bytes((bom + text.replace("\n", ending)).encode())
    (fence,) = read(path).fences
    assert (fence.line, fence.end, fence.role, fence.body) == (
        3,
        5,
        Role.NOT_RUN,
        "s = 'a\u2028b\x85c'\n",
    )
    path.write_bytes((bom + text.replace("\n", ending)[9:]).encode())
    assert [fence.line for fence in read(path).fences] == [3]


# -- problems --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```python\nx\n", "1: the fence is never closed: end it with ```"),
        ("```python\nx", "1: the fence is never closed: end it with ```"),
        ("```python", "1: the fence is never closed: end it with ```"),
        ("a\n\n~~~~python\nx\n~~~\n", "3: the fence is never closed: end it with ~~~~"),
        ("> ```python\n> x\n\nb\n", "1: the fence is never closed: end it with ```"),
        (
            "!!! note\n\n    ```python\n    x\n\nb\n",
            "3: the fence is never closed: end it with ```",
        ),
        (
            "```python title=x\nx\n```\n",
            '1: the header "python title=x" cannot be read: write `language option="value"`',
        ),
        ("```python, ignore\nx\n```\n", '1: the header "python, ignore" cannot be read'),
        ("```python{.breaks}\nx\n```\n", '1: the header "python{.breaks}" cannot be read'),
        ("```{code-block} python\nx\n```\n", '1: the header "{code-block} python" cannot be read'),
        (
            '```python title="x" {.breaks}\nx\n```\n',
            '1: the header "python title="x" {.breaks}" cannot be read',
        ),
        (
            "```{ .python .brakes }\nx\n```\n",
            "1: the role .brakes is not known: use one of annotate, breaks, copy, error, excerpt",
        ),
        (
            '```python titel="x"\nx\n```\n',
            "1: the option titel= is not known: use one of hl_lines, linenums, reason",
        ),
        (
            "```{ .text .output .error }\nx\n```\n",
            "1: two roles, .output and .error: a fence keeps one promise",
        ),
        (
            "```\nx\n```\n",
            '1: a fence without a language needs reason="…": nothing is left unrun in silence',
        ),
        ("```bash\nx\n```\n", '1: "bash" needs reason="…": nothing is left unrun in silence'),
        ('```bash reason=" "\nx\n```\n', '1: "bash" needs reason="…"'),
        ("```{ .python .not-run }\nx\n```\n", '1: not-run needs reason="…"'),
        (
            '```python reason="x"\nx\n```\n',
            "1: reason= is for fences that do not run, and this one is executed",
        ),
        ("```{ .python .no-browser }\nx\n```\n", '1: no-browser needs reason="…"'),
        ('```{ .yaml .no-browser reason="x" }\nx\n```\n', "1: .no-browser is for Python that runs"),
        (
            '```{ .console .no-browser reason="x" }\n$ x\n```\n',
            "1: .no-browser is for Python that runs",
        ),
        ("```{ .python .output }\nx\n```\n", "1: a python fence cannot be an output: use .text"),
        (
            "```{ .text .excerpt }\nx\n```\n",
            "1: an excerpt is Python that this page already ran: use .python",
        ),
        (
            '```python schema="x"\nx\n```\n',
            "1: schema= is for data that is validated, and this fence is executed",
        ),
        (
            "```{ .yaml .breaks }\na: 1\n```\n",
            "1: .breaks marks a program that is wrong on purpose",
        ),
        ("```python\n\n```\n", "1: an empty fence proves nothing: fill it or drop it"),
        ("```yaml\n```\n", "1: an empty fence proves nothing: fill it or drop it"),
        (
            "```python\nx = 'a\tb'\n```\n",
            "1: the page shows another program than this fence has: write a tab within a text",
        ),
        ("```pycon\n1\n```\n", "1: a session without a prompt: start its statements with >>>"),
        (
            "```pycon\n>>> f()  # doctest: +SKIP\n```\n",
            "1: doctest directives skip or loosen a check: take this one out",
        ),
        ("```console\npip list\n```\n", "1: a console without a command: start it with $"),
        (
            "```{ .python #a }\nx\n```\n\n```{ .yaml #a }\nx: 1\n```\n",
            "5: the id #a is taken by line 1",
        ),
    ],
)
def test_a_bad_fence_is_named(text: str, expected: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(expected)
    assert "\n" not in problem


OTHER = "the page shows another program than this fence has"
NOT_SHOWN = "the page does not show this fence as it stands"
BARE = "the page shows code that is in no fence of it"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- ```python\n  x\n  ```\n", f"1: {NOT_SHOWN}"),
        ("1.  ```python\n    x\n    ```\n", f"1: {NOT_SHOWN}"),
        ("```python\nx\n````\n", f"1: {NOT_SHOWN}"),
        ("  ```python\nx\n  ```\n", f"1: {NOT_SHOWN}"),
        ("```python\nx\n ```\n", f"1: {NOT_SHOWN}"),
        ("- a\n\n  ```python\n x\n  ```\n", "3: the fence is never closed: end it with ```"),
        ('> a\n\n> ```yaml\n> --8<-- "mkdocs.yml"\n> ```\n', f"3: {OTHER}"),
        ("a\n\n    x = 1\n", f'3: {BARE}, "x = 1": write a fence'),
        ("<pre>x = 1</pre>\n", f'1: {BARE}, "x = 1": write a fence'),
        ("a ```python\n```\nx = 1\n```\n", "2: a fence without a language needs reason"),
    ],
)
def test_what_the_page_shows_otherwise_is_named(text: str, expected: str) -> None:
    assert problems(text)[0].startswith(expected)


def test_an_output_follows_its_block() -> None:
    run, output, error = (
        "```python\nx\n```\n",
        "```{ .text .output }\nx\n```\n",
        "```{ .text .error }\nx\n```\n",
    )
    prose, off = "prose\n\n", '```{ .python .not-run reason="no" }\nx\n```\n'
    data, tilde = "```yaml\na: 1\n```\n", "~~~{ .http .output }\nx\n~~~\n"
    for good in (
        run + output,
        run + "\n\n" + output + error,
        run + error,
        run + tilde,
        indented(run + output, "> "),
    ):
        assert problems(good) == []
    without = "{}: an {} without a block: put it right after the Python fence it belongs to"
    assert problems(output) == [without.format(1, "output")]
    assert problems(run + prose + output) == [without.format(6, "output")]
    assert problems(run + "<!-- a -->\n" + error) == [without.format(5, "error")]
    assert problems(off + output) == [without.format(4, "output")]
    assert problems(data + error) == [without.format(4, "error")]
    assert problems(run + output + prose + output) == [without.format(9, "output")]
    assert problems(run + output + output) == ["7: a second output of one block: a block has one"]
    assert problems(run + error + error) == ["7: a second error of one block: a block has one"]
    assert problems(run + error + output) == [
        "7: an output below the error of its block: put the output first"
    ]
    assert (
        problems("```{ .python .brakes }\nx\n```\n" + output)[1:] == []
    )  # one fault, one complaint


def test_an_excerpt_is_of_what_ran() -> None:
    run = "```python\ndef f():\n    if x:\n        return 1\n    return 2\n```\n\n"
    excerpt = "```{{ .python .excerpt }}\n{}\n```\n"
    for good in ("if x:\n    return 1", "    if x:\n        return 1", "def f():", "return 1"):
        assert problems(run + excerpt.format(good)) == []
    for bad in (
        "if x:\nreturn 1",
        "return 3",
        "if x:\n    return 2",
        "",
        "    if x:\n    return 1",
        "f()",
    ):
        (problem,) = problems(run + excerpt.format(bad))
        assert (
            problem
            == "8: an excerpt of nothing: an earlier fence of this page must run these very lines"
        )
    assert problems(excerpt.format("x") + "\n```python\nx\n```\n")[0].startswith(
        "1: an excerpt of nothing"
    )
    assert problems('```{ .python .not-run reason="no" }\nx\n```\n\n' + excerpt.format("x"))[
        0
    ].startswith("5: an exc")


# -- includes --------------------------------------------------------------

PROGRAM = """\
# --8<-- [start:state]
state = 1
# --8<-- [end:state]

def f():
    # --8<-- [start:body]
    if state:

        return 2
    # --8<-- [end:body]
# --8<-- [start:open]
"""


def test_an_include_runs_under_its_own_name_and_lines(snippets: Callable[[str, str], Path]) -> None:
    path = snippets("a b/charge.py", PROGRAM)
    whole = one('```python\n--8<-- "a b/charge.py"\n```\n')
    assert whole.include == whole.source == Source(path, 1, PROGRAM)
    assert shown(whole) == "state = 1\n\ndef f():\n    if state:\n\n        return 2"
    section = one('!!! note\n\n    ```python\n    -8<- "a b/charge.py:body"\n    ```\n')
    assert section.source == Source(path, 7, "if state:\n\n    return 2\n")
    assert section.problem == ""
    assert one('```python\n--8<-- "a b/charge.py:5:7"\n```\n').source.line == 5
    assert one('```python\n--8<-- "a b/charge.py:2:2"\n```\n').source.text == "state = 1\n"
    assert one("```yaml\n--8<-- 'a b/charge.py:state'\n```\n").source.text == "state = 1\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('--8<-- "nope.py"', 'the include "nope.py" does not exist: paths start in snippets or .'),
        ('--8<-- "../../etc/passwd"', 'the include "../../etc/passwd" does not exist'),
        ('--8<-- "/etc/passwd"', 'the include "/etc/passwd" does not exist'),
        ('--8<-- "https://a.invalid/b.py"', 'the include "https://a.invalid/b.py" does not exist'),
        ('--8<-- "a"', 'the include "a" does not exist'),
        (
            '--8<-- "charge.py:nope"',
            "the section [nope] of {} is not there: mark it with `# --8<-- [start:nope]`",
        ),
        ('--8<-- "charge.py:open"', "the section [open] of {} is never closed: mark it"),
        ('--8<-- "charge.py:back"', "the section [back] of {} ends before it starts: mark it"),
        ('--8<-- "charge.py:twice"', "the section [twice] of {} is marked more than once: mark it"),
        ('--8<-- "charge.py:void"', "the include of {} is empty"),
        (
            '--8<-- "charge.py:1:2,4:5"',
            "the include would show something else than runs: name a whole file",
        ),
        ('--8<-- "charge.py:90:95"', "the include of {} is empty"),
        (
            '--8<-- "latin.py"',
            "the include of {} is not text: 'utf-8' codec can't decode byte 0xe9",
        ),
        ('--8<-- "empty.py"', "the include of {} is empty"),
        ('--8<-- "outer.py"', "the include would show something else than runs: name a whole file"),
        (
            '    --8<-- "charge.py:state"',
            "the include would show something else than runs: name a whole file",
        ),
        ('x = 1\n--8<-- "charge.py"', "the body mixes code and an include: it is one or the other"),
        (
            '--8<-- "charge.py"\n--8<-- "charge.py"',
            "the body mixes code and an include: it is one or the other",
        ),
        (
            "--8<--\ncharge.py\n--8<--",
            'a block of includes cannot be run: write one line, --8<-- "file.py"',
        ),
        ("--8<--", "a block of includes cannot be run"),
        ("x = 1  # --8<-- [start:a]", "the page does not show a section's mark: write ; before it"),
    ],
)
def test_a_bad_include_is_named(
    snippets: Callable[[str, str], Path], body: str, expected: str
) -> None:
    twice = "# --8<-- [start:twice]\nx\n# --8<-- [end:twice]\n" * 2
    back = (
        "# --8<-- [end:back]\n# --8<-- [start:back]\n# --8<-- [start:void]\n\n# --8<-- [end:void]\n"
    )
    snippets("charge.py", PROGRAM.replace("[start:open]", "[start:open]\nx = 1") + twice + back)
    snippets("outer.py", 'x = 1\n--8<-- "charge.py"\n')
    snippets("empty.py", "")
    snippets("latin.py", "").write_bytes(b"\xe9")
    snippets("a/b.py", "x")
    (problem,) = problems(f"```python\n{body}\n```\n")
    file = next(
        (word for word in ("outer.py", "empty.py", "latin.py") if word in body), "charge.py"
    )
    assert problem.startswith("1: " + expected.replace("{}", f"snippets/{file}"))


def test_an_escaped_include_is_text(snippets: Callable[[str, str], Path]) -> None:
    fence = one(
        "```python\nline = '''\n;--8<-- \"nope.py\"\n;;--8<--\n'''  # ;--8<-- [start:a]\n```\n"
    )
    text = "line = '''\n--8<-- \"nope.py\"\n;--8<--\n'''  # --8<-- [start:a]\n"
    assert (fence.problem, fence.include, fence.source.text, shown(fence)) == (
        "",
        None,
        text,
        text.strip("\n"),
    )


def test_front_matter_is_no_code() -> None:
    assert problems("---\na: |\n\n    b\n\n    ```python\n---\n# T\n") == []
    assert problems("---\na: b\n---\n```bash\n```\n")[0].startswith("4: ")


def test_a_page_that_is_included_hides_no_fence(snippets: Callable[[str, str], Path]) -> None:
    snippets("part.md", "```python\nx = 1\n```\n")
    assert problems('a\n\n--8<-- "part.md"\n') == [f'4: {BARE}, "x = 1": write a fence']


BARE_FOLDER = Site(Path(__file__).parent)  # it has no configuration

# -- any page --------------------------------------------------------------

WORDS = [
    "", "", "text", "- item", "1. item", "* a", "> quote", ">", "!!! note", "??? note", '=== "Tab"', "[^1]: note",
    "[^1]", "Term", ":   definition", "<div markdown>", "<div>", "</div>", "<!--", "-->", "<pre>", "</pre>", "# Title",
    "| a | b |", "|---|---|", "```", "```python", "``` py", '```{ .text .not-run reason="no" }', "~~~", "~~~python",
    "````", "````python", "> ```python", "> ```", "- ```python", '```python title="x"', "```python x=1", "x = 1",
    "    y = 2", "if x:", "`code`", "\tz", "--8<-- \"mkdocs.yml:1:2\"", "*[abbr]: word", "* * *", "\\```", "&lt;",
    "a\tb", "<details markdown>", "</details>", "<p markdown>```python", "``` ```", "a  ", "    ", "- - a", "1) x",
    "<samp>", "</samp>", "<textarea>", "</textarea>", "<xmp>", "</xmp>", "<code>", "</code>", '<script type="py">',
    "</script>", "<pre markdown>", '<div markdown="1">', "<div hidden>", "<svg>", "<plaintext>", "<pre><pre>", "</pre></pre>",
]  # fmt: skip
LINES = st.tuples(
    st.sampled_from(["", "", "", " ", "  ", "   ", "    ", "    ", "        ", "\t", "> ", "  - "]),
    st.sampled_from(WORDS),
)
WHOLE = st.sampled_from(
    [FENCE, FENCE.replace("```", "~~~"), "```py\nx\n```", "````python\n```\n````"]
)
PIECES = st.lists(
    st.one_of(
        LINES.map("".join),
        LINES.map("".join),
        st.builds(indented, WHOLE, st.sampled_from(["", "    ", "        ", "> ", "\t", "  "])),
    ),
    max_size=16,
)


@settings(max_examples=200, deadline=None)
@given(pieces=PIECES)
@example(["```python", "x", "```", "", "    ```python", "    x", "    ```"])
@example(["<div>", "```python", "x", "```", "</div>", "<!--", "```python", "y", "```", "-->"])
@example(["<pre>", FENCE])
@example(["<pre>", "<pre>", " </pre>", FENCE])
@example(["<textarea>", FENCE])
@example(["", "    ", FENCE])
@example(["<pre>", "<pre>", "</pre>", "y = 1", "</pre>", "", FENCE])
@example(["- a", "", "    ```python", "    x", "    ```", "1) x", "```python", "x", "```"])
def test_no_page_shows_code_that_is_not_accounted_for(
    visible: Callable[[str], list[str]], pieces: list[str]
) -> None:
    assert_accounted_for(visible, "\n".join(pieces))


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(
        PIECES.map("\n".join), st.text("`~{}.=\"' \t\n>-:!#;<8/\\é\0\u2028python", max_size=60)
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    found = BARE_FOLDER.parse(Path(PAGE), text)
    assert [fence.line for fence in found] == sorted({fence.line for fence in found})
    for fence in found:
        assert bool(fence.role) != bool(fence.problem)
        assert "\n" not in fence.problem
