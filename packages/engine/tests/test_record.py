"""What `fenceproof record` writes, what it refuses, and what it leaves alone."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenceproof import Site
from fenceproof.record import Recorded


@pytest.fixture(scope="module")
def module_site(tmp_path_factory: pytest.TempPathFactory, mkdocs: str) -> Iterator[Site]:
    """One site for these tests, since its processes take longer to start than a page."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "docs").mkdir()
    (folder / "snippets").mkdir()
    (folder / "mkdocs.yml").write_text(mkdocs)
    (folder / "snippets" / "a.py").write_text("x = 1\n")
    site = Site(folder)
    yield site
    site.close()


@pytest.fixture
def site(module_site: Site) -> Site:
    return module_site


def record(site: Site, page: str, **options: bool) -> tuple[str, Recorded]:
    """The page when it has been recorded, and what came of it."""
    path = site.config.docs / "page.md"
    path.write_bytes(page.encode(errors="surrogateescape"))
    done = site.record(path, **options)
    return path.read_bytes().decode(errors="surrogateescape"), done


def recorded(site: Site, page: str) -> str:
    """The page as recorded; a second time changes nothing, and then it is right."""
    new, done = record(site, page)
    assert done.to_mend == []
    again, done = record(site, new)
    assert (again, done) == (new, Recorded("docs/page.md"))
    source = site.page("docs/page.md")
    with source.running() as run:
        assert [run.result(fence).problem for fence in source.fences] == [""] * len(source.fences)
    return new


def python(body: str, stale: str = "old\n") -> str:
    return f"```python\n{body}\n```\n\n```{{ .text .output }}\n{stale}```\n"


BLOCK = "```python\nprint('a\\n\\nb')\n```\n\n```{ .text .output }\n"


@pytest.mark.parametrize("stale", ["", "old\n", "a\n", "a\n\nb\nc\nd\n"])
def test_an_output_is_written(stale: str, site: Site) -> None:
    page = f"# T\n\n{BLOCK}{stale}```\n\nThe end.\n"
    assert recorded(site, page) == f"# T\n\n{BLOCK}a\n\nb\n```\n\nThe end.\n"


def test_an_output_that_holds_keeps_its_page(site: Site) -> None:
    page = f"{BLOCK}a\n\nb\n```"
    assert record(site, page) == (page, Recorded("docs/page.md"))


def test_an_output_can_become_empty(site: Site) -> None:
    page = "```python\nx = 1\n```\n\n```{ .text .output }\n%s```\n"
    assert recorded(site, page % "old\n") == page % ""


def test_an_error_is_written(site: Site) -> None:
    page = "```python\nprint(1)\n{}['ada']\n```\n```{ .text .output }\n%s```\n```{ .text .error }\n%s```\n"
    assert recorded(site, page % ("", "")) == page % ("1\n", "KeyError: 'ada'\n")


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
def test_a_container_keeps_its_prefix(marker: str, inner: str, blank: str, site: Site) -> None:
    head = (
        f"{marker}```python\n{inner}print('a\\n\\n  b')\n{inner}```\n"
        f"{blank}\n{inner}``` {{ .text .output }}\n"
    )
    assert (
        recorded(site, f"{head}{inner}old\n{inner}```\n\nEnd\n")
        == f"{head}{inner}a\n{blank}\n{inner}  b\n{inner}```\n\nEnd\n"
    )


def test_a_session_and_a_console_are_written(site: Site) -> None:
    page = (
        "```pycon\n>>> for n in range(2):\n...     n\n%s>>> x = 1\n>>> print('')\n%s>>> 1 / 0\n%s```\n\n"
        "```console\n$ echo a \\\n> b\n%s$ true\n```\n"
    )
    raised = "Traceback (most recent call last):\n    ...\nZeroDivisionError: division by zero\n"
    new = page % ("0\n1\n", "<BLANKLINE>\n", raised, "a b\n")
    assert recorded(site, page % ("", "", "", "")) == new
    assert recorded(site, page % ("7\n8\n9\n", "x\n", "y\n", "z\n")) == new


def test_what_stands_below_a_session_that_differed_is_written_too(site: Site) -> None:
    page = "```pycon\n>>> x = 1\n>>> x\n%s```\n\n```python\nprint(x)\n```\n```{ .text .output }\n%s```\n"
    assert recorded(site, page % ("2\n", "")) == page % ("1\n", "1\n")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n", "\n\nÅda\u2028\f  \n\n\n"])
def test_all_else_keeps_its_bytes(ending: str, last: str, site: Site) -> None:
    page = "---\ntitle: x\t\n---\n\nd  \n\n" + BLOCK + "%s```" + last
    new = recorded(site, (page % "x\n").replace("\n", ending))
    assert new == (page % "a\n\nb\n").replace("\n", ending)


@pytest.mark.parametrize(
    ("page", "line", "said"),
    [
        (
            "```python\n1 / 0\n```\n```{ .text .output }\nkept\n```\n",
            1,
            "the block raises an error: ZeroDivisionError: division by zero\nTraceback",
        ),
        (
            "```python\n1 / 0\n```\n```{ .text .output }\nkept\n```\n",
            4,
            "not run, since docs/page.md:1 failed first",
        ),
        (
            python("print('```')"),
            5,
            "it prints a line that closes its own fence: open and close the fence with ````",
        ),
        (
            python("print(1, end='')"),
            5,
            "the last line that is printed has no newline, which no fence can show: let the block print one",
        ),
        (
            '```python\nprint(1)\n```\n```{ .text .output }\n--8<-- "a.py"\n```\n',
            4,
            "the run gave something else, and the body is an include: change its file",
        ),
        (
            "```python\nx = 1\n```\n```{ .text .error }\nkept\n```\n",
            4,
            "the block above was to raise this",
        ),
        ("```{ .text .output }\nkept\n```\n", 1, "an output without a block"),
        ("```text\nkept\n```\n", 1, '"text" needs reason="…"'),
        ("```console\n$ false\nkept\n```\n", 1, "`false` ended with status 1"),
    ],
)
def test_what_cannot_be_recorded_is_named_and_kept(
    page: str, line: int, said: str, site: Site
) -> None:
    new, done = record(site, page)
    assert (new, done.count, done.difference) == (page, 0, [])
    assert any(note.startswith(f"docs/page.md:{line}: {said}") for note in done.to_mend), (
        done.to_mend
    )


# -- what varies --------------------------------------------------------------------------

VARIES = "this line varies from run to run: "


@pytest.mark.parametrize(
    "body",
    [
        "import random\nprint(random.random())",
        "import time\nprint(time.time())",
        "print(id(object()))",
        "print(object())",
        "print({'tea', 'jam', 'milk', 'bread'})",
        "print(hash('tea'))",
        "import os\nprint(os.getpid())",
        "import tempfile\nprint(tempfile.mkdtemp())",
        "import os\nprint(os.getcwd())",
        "import uuid\nprint(uuid.uuid4())",
        "import os\n_ = os.system('echo $$')",
        "import subprocess, sys\ncode = \"print({'tea', 'jam', 'milk', 'bread'})\"\n"
        "_ = subprocess.run([sys.executable, '-c', code])",
    ],
)
def test_a_line_that_varies_is_refused(body: str, site: Site) -> None:
    page = python(body)
    new, done = record(site, page)
    (said,) = done.to_mend
    assert (new, done.count, done.difference) == (page, 0, [])
    line = page.count("\n", 0, page.index("```{ .text")) + 1
    assert said.startswith(f"docs/page.md:{line}: {VARIES}")
    assert said.endswith(": print what stays the same, or mark the program .not-run with a reason")


@pytest.mark.parametrize(
    "body",
    [
        "from datetime import date\nprint('on', date.today())",
        "from datetime import date\nprint([date.today()])",
        "from datetime import date\nprint(f'{date.today():%d.%m.%Y}')",
        "from datetime import datetime\nprint(datetime.now().replace(hour=0, minute=0, second=0, microsecond=0))",
        "import time\nprint(time.strftime('%Y%m%d'))",
        "import time\nprint(int(time.time()) // 10_000 * 10_000)",
        "import os\n_ = os.system('date +%Y-%m-%d')",
    ],
)
def test_a_line_that_is_of_today_is_refused(body: str, site: Site) -> None:
    page = python(body)
    new, done = record(site, page)
    (said,) = done.to_mend
    assert (new, done.count) == (page, 0)
    line = page.count("\n", 0, page.index("```{ .text")) + 1
    assert said.startswith(
        f"docs/page.md:{line}: this line has the date or the time of this run, and another day "
        "gives another one: "
    )
    assert said.endswith(": have the program take a date that it names itself")


def test_a_date_that_the_page_names_is_no_other_tomorrow(site: Site) -> None:
    for date in (datetime.now().date(), datetime.now().date() - timedelta(days=9)):
        page = python(f"day = '{date}'\nprint(day)")
        assert recorded(site, page) == python(f"day = '{date}'\nprint(day)", f"{date}\n")
    assert recorded(site, python("print(1_000_000_000)")) == python(
        "print(1_000_000_000)", "1000000000\n"
    )


def test_the_line_that_varies_is_shown(site: Site) -> None:
    page = python("import os\nprint('same')\nprint(os.environ['PYTHONHASHSEED'])")
    _, done = record(site, page)
    assert done.to_mend == [
        f"docs/page.md:7: {VARIES}'1'; another run gave '2': "
        "print what stays the same, or mark the program .not-run with a reason"
    ]


@pytest.mark.parametrize(
    "page",
    [
        "```pycon\n>>> import random\n>>> random.random()\n0.5\n```\n",
        "```console\n$ echo $$\n1\n```\n",
        "```python\nraise ValueError(id(object()))\n```\n\n```{ .text .error }\nold\n```\n",
    ],
)
def test_what_varies_is_refused_in_every_kind_of_fence(page: str, site: Site) -> None:
    new, done = record(site, page)
    (said,) = done.to_mend
    assert new == page
    assert ": this line varies from run to run: " in said


def test_what_does_not_vary_is_written_beside_what_does(site: Site) -> None:
    page = python("import os\nprint(os.getpid())") + "\n" + python("print(1)")
    new, done = record(site, page)
    assert (done.count, len(done.to_mend)) == (1, 1)
    assert new == python("import os\nprint(os.getpid())") + "\n" + python("print(1)", "1\n")


def test_an_error_that_comes_and_goes_is_told(site: Site) -> None:
    page = python("import os\nassert os.environ['PYTHONHASHSEED'] == '1'\nprint(1)")
    new, done = record(site, page)
    assert new == page
    assert done.to_mend[0].startswith("docs/page.md:1: the block raises an error: AssertionError")


# -- what would read as something else ----------------------------------------------------


def test_an_include_that_is_printed_is_escaped(site: Site) -> None:
    printed = '--8<-- "a.py"\n;--8<-- "a.py"\n  --8<--\nx --8<-- [start:a]\n--8<-- "a.py" x\n'
    program = repr(printed).replace("8<", "' '8<")  # which is no mark itself
    page = python(f"print({program}, end='')")
    written = ';--8<-- "a.py"\n;;--8<-- "a.py"\n  ;--8<--\nx ;--8<-- [start:a]\n--8<-- "a.py" x\n'
    assert recorded(site, page).endswith(f"```{{ .text .output }}\n{written}```\n")


def test_a_prompt_that_is_printed_is_no_prompt(site: Site) -> None:
    body = ">>> print('>>> 1\\n>>>x\\n... y\\n...\\n\\n>>>\\n    >>> z')\n"
    new = recorded(site, f"```pycon\n{body}```\n")
    said = " >>> 1\n >>>x\n ... y\n ...\n<BLANKLINE>\n >>>\n    >>> z\n"
    assert new == f"```pycon\n{body}{said}```\n"
    body = "$ printf '$ true\\n> no\\n$\\n\\n'\n"
    new = recorded(site, f"```console\n{body}```\n")
    assert new == f"```console\n{body} $ true\n > no\n$\n\n```\n"


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("```", "it prints a line that closes its own fence: open and close the fence with ````"),
        (
            "a\n```\nb",
            "it prints a line that closes its own fence: open and close the fence with ````",
        ),
        (
            "\x1b[31mred",
            "the run gives the control character '\\x1b', which no page can show",
        ),
        ("a\rb", "the run gives the control character '\\r', which no page can show"),
        ("a\0b", "the run gives the control character '\\x00', which no page can show"),
        ("\x9b31m", "the run gives the control character '\\x9b', which no page can show"),
        ("a\x0cb", "the run gives the control character '\\x0c', which no page can show"),
    ],
)
def test_what_no_fence_can_show_is_refused(printed: str, said: str, site: Site) -> None:
    page = python(f"print({printed!r})")
    new, done = record(site, page)
    assert (new, done.count) == (page, 0)
    assert done.to_mend == [f"docs/page.md:5: {said}"]


@pytest.mark.parametrize(
    "printed",
    [
        "    indented",
        "\tindented",
        "{: .red }",
        "# a { #b .c }",
        "trailing  \n   \n\t\nspaces \t",
        "<!--",
        "<div>\n</pre>",
        "~~~",
        "``",
        "    ```",
        "> ```",
        "---\ntitle: x\n---",
        "&amp; &lt;",
        "a\u2028b\u00a0c\u200b",
        "*[x]: y",
        "[^1]: y",
        '=== "a"\n\n    b',
        "$ x\n>>> y",
        "klzzwxh:0001",
        "\ufeffx",
        "🛒 é",
    ],
)
@pytest.mark.parametrize("prefix", ["", "    ", "> "])
def test_what_looks_like_markdown_is_written(printed: str, prefix: str, site: Site) -> None:
    lines = python(f"print({printed!r})").removesuffix("\n").split("\n")
    body = "\n".join(f"{prefix}{line}" for line in lines)
    lead = "- a list\n\n" if prefix == "    " else ""
    recorded(site, f"{lead}{body}\n\nThe end.\n\n```python\nx = 1\n```\n")


def test_a_surrogate_is_shown_as_python_shows_it(site: Site) -> None:
    error = "```python\nraise ValueError('\\udc80')\n```\n\n```{ .text .error }\n%s```\n"
    assert recorded(site, error % "old\n") == error % "ValueError: \\udc80\n"
    session = "```pycon\n>>> raise ValueError('\\udc80')\n%s```\n"
    said = "Traceback (most recent call last):\n    ...\nValueError: \\udc80\n"
    assert recorded(site, session % "") == session % said
    raw = python("import os\n_ = os.write(1, b'\\x80\\n')")
    assert recorded(site, raw).endswith("\n\\x80\n```\n")
    page = python("print('\\udc80')")
    new, done = record(site, page)
    assert new == page
    assert done.to_mend[0].startswith(
        "docs/page.md:1: the block raises an error: UnicodeEncodeError: 'utf-8' codec can't encode"
    )


# -- the file -----------------------------------------------------------------------------


def test_a_file_is_replaced_where_it_is(site: Site) -> None:
    real, link = site.config.root / "real.md", site.config.docs / "link.md"
    real.write_text(python("print(1)"))
    real.chmod(0o640)
    link.symlink_to(real)
    try:
        done = site.record(link)
    finally:
        link.unlink()
    assert (done.count, real.read_text()) == (1, python("print(1)", "1\n"))
    assert real.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in site.config.root.iterdir() if "real" in path.name] == ["real.md"]


def test_with_check_nothing_is_written(site: Site) -> None:
    page = python("print(1)")
    new, done = record(site, page, check=True)
    assert new == page
    assert done.count == 1
    assert done.difference[-5:] == [" ", " ```{ .text .output }", "-old", "+1", " ```"] or (
        "-old" in done.difference and "+1" in done.difference
    )


def test_a_page_that_was_edited_meanwhile_is_kept(site: Site) -> None:
    path = site.config.docs / "page.md"
    body = f"with open({str(path)!r}, 'a') as file:\n    _ = file.write('\\nmore')\nprint(1)"
    page = python(body)
    new, done = record(site, page)
    assert new.startswith(page)
    assert "more" in new
    assert done.to_mend == [
        "docs/page.md:1: the page has changed while it ran, so it is not written: record it again"
    ]


def test_a_write_that_fails_leaves_the_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr("fenceproof.record.os.replace", refuse)
    page = python("print(1)")
    with pytest.raises(OSError, match="no space"):
        record(site, page)
    assert (site.config.docs / "page.md").read_text() == page
    assert not [path for path in site.config.docs.iterdir() if path.name.startswith(".page")]


TEXTS = st.one_of(
    st.text(max_size=5),
    st.text("`~>$.;-8<\"'[]: \n\t{}#=!*_&\\", max_size=8),
    st.sampled_from(["\n```", "````\n", "\n>>> ", "\n... ", "\n$ ", "\n", "<!--", "-->", "\r"]),
    st.sampled_from(['\n--8<-- "a.py"\n', "\n--8<--\n", ";", "--8<-- [start:a]", "\x1b[0m", " "]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(TEXTS, max_size=6).map("".join), prefix=st.sampled_from(["", "    ", "> "]))
def test_any_text_is_recorded_once_and_for_all_or_refused(
    module_site: Site, text: str, prefix: str
) -> None:
    literal = ascii(text)
    pages = [
        python(f"print({literal}, end='')"),
        f"```pycon\n>>> print({literal}, end='')\n>>> 1\n```\n",
        "```console\n$ python -c " + shlex.quote(f"print({literal}, end='')") + "\n```\n",
    ]
    lead = "- a list\n\n" if prefix else ""
    for page in pages:
        lines = page.removesuffix("\n").split("\n")
        whole = lead + "".join(f"{prefix}{line}".rstrip() + "\n" for line in lines)
        new, done = record(module_site, whole)
        again, second = record(module_site, new)
        assert again == new
        assert second.count == 0
        assert second.to_mend == done.to_mend
        if done.to_mend:
            assert new == whole
