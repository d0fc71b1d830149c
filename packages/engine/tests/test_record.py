"""What `fenceproof record` writes, what it refuses, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fenceproof import Site
from fenceproof.record import Recorded

STALE = "```{ .text .output }\nold\n```\n"


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


@pytest.fixture(params=["drawn"])
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
