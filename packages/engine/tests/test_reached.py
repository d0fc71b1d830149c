"""Each line that a page shows is reached by its run, or its fence says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fenceproof import Site
from fenceproof.zygote import Zygote

Write = Callable[[str, str], Path]
CURE = 'call it on this page, or say why not: unreached="…"'


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """One for all sites of these tests, since it takes longer to start than a page."""
    server = Zygote()
    yield server
    server.close()


@pytest.fixture
def site(own_site: Site, zygote: Zygote) -> Site:
    """A site whose pages are run."""
    site = Site(own_site.config.root, path=("snippets",))
    site.zygote = zygote
    return site


def unreached(site: Site, text: str) -> list[str]:
    """What is said of a page once it has run."""
    path = site.config.docs / "page.md"
    path.write_text(text, "utf-8")
    page = site.page(path)
    assert [fence.problem for fence in page.problems] == []
    with page.running(reached=True) as run:
        return run.unreached()


def lines(site: Site, *bodies: str) -> list[int]:
    """The lines of the programs that are not reached, from 1."""
    page = "\n".join(f"```python\n{body}\n```" for body in bodies)
    said = unreached(site, page + "\n")
    return [int(line.split(":")[1]) - 1 for line in said]


def test_a_line_that_is_not_reached_is_named(site: Site) -> None:
    page = '# T\n\n```python\ndef f():\n    launch("rockets")\n```\n'
    assert unreached(site, page) == [
        f'docs/page.md:5: `launch("rockets")` is never reached: {CURE}'
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 1\nif __name__ == '__main__':\n    x = 2", [3]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os", [3]),
        ("if False:\n    x = 1\nelse:\n    x = 2", [2]),
        ("if 0:\n    x = 1\nx = 2", [2]),
        ("while False:\n    x = 1\n    y = 1", [2, 3]),
        ("def f():\n    x = 1\n    return x", [2, 3]),
        ("def f():\n    return 1\n    return 2\nassert f() == 1", [3]),
        ("def f():\n    return 1\n    def g():\n        return 2\nassert f() == 1", [3, 4]),
        ("def f():\n    raise KeyError\n    return 2\ntry:\n    f()\nexcept KeyError:\n    x = 1", [3]),
        ("for x in []:\n    y = x", [2]),
        ("for x in []:\n    pass", [2]),
        ("for x in [1]:\n    if x == 2:\n        break\nelse:\n    y = 1", [3]),
        ("for x in [1]:\n    break\nelse:\n    y = 1", [4]),
        ("f = lambda: 1", [1]),
        ("f, g = lambda: 1, lambda: 2\nf()", [1]),
        ("f = [lambda: 1, lambda: 2]\n[f() for f in f]", []),
        ("x = [y + 1 for y in []]", [1]),
        ("x = [\n    y + 1 for y in []\n]", [2]),
        ("x = {y + 1 for y in []}", [1]),
        ("x = {y: 1 for y in []}", [1]),
        ("x = list(y + 1 for y in [])", [1]),
        ("x = (y + 1 for y in [1])", [1]),
        ("x = [y for y in [1, 2] if y > 2]", [1]),
        ("x = [[z for z in y] for y in [[1], [2]]]", []),
        ("x = [[z for z in y] for y in [[], []]]", [1]),
        ("def f():\n    return [x for x in []]\nassert f() == []", [2]),
        ("assert all(x > 1 for x in [])", [1]),
        ("try:\n    x = 1\nexcept KeyError:\n    x = 2", [3, 4]),
        ("try:\n    x = 1\nexcept KeyError:\n    pass", [3, 4]),
        ("try:\n    {}[1]\nexcept KeyError as e:\n    pass\nelse:\n    x = 1\nfinally:\n    y = 1", [6]),
        ("x = (\n    1\n    if __name__\n    else 2\n)", [4]),
        ("x = __name__ or (\n    2 +\n    __name__\n)", [2, 3]),
        ("class A:\n    x = 1\n    def f(self):\n        return 1", [4]),
        ("class A:\n    @property\n    def f(self):\n        return 1\nassert A().f", []),
        ("def f(): return 1", [1]),
        ("async def f():\n    return 1\nf().close()", [2]),
        ("async def f():\n    return [x async for x in g()]\nasync def g():\n    yield 1\nawait f()", []),
        ("def g():\n    yield 1\nx = g()", [2]),
        ("def g():\n    yield 1\n    x = 2\nx = next(g())", [3]),
        ("match 1:\n    case 1:\n        x = 1\n    case 2:\n        x = 2", [4, 5]),
        ("from __future__ import annotations\nx = 1", []),
        ("import contextlib\nwith contextlib.suppress(KeyError):\n    {}[1]\n    x = 1", [4]),
        ("def f(x):\n    if x:\n        return 1\n    return 2\nf(0)\nf(1)", []),
        ("import sys\nassert sys, (\n    f'{sys}'\n)\nassert sys, [f'{x}' for x in 1]", []),
        ("x = 1\nassert (\n    x == 1\n    and x == 1\n)", []),
        ("x = [1]\nassert [y for y in x] == [\n    1,\n]", []),
        ("while True:\n    break", []),
        ("try:\n    raise ExceptionGroup('', [KeyError()])\nexcept* KeyError:\n    print(end='')", []),
        ("try:\n    raise ExceptionGroup('', [KeyError()])\nexcept* KeyError:\n    x = [1 for y in []]", [4]),
        ("def f():\n    try:\n        raise ExceptionGroup('', [KeyError()])\n    except* KeyError:\n        x = 1\n    except* ValueError:\n        x = 2\nf()", [7]),
    ],
)  # fmt: skip
def test_whatever_is_shown_and_never_ran_is_found(
    body: str, expected: list[int], site: Site
) -> None:
    assert lines(site, body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "'''About it.'''\nx = 1",
        "def f():\n    '''About it.'''",
        "def f():\n    pass",
        "class P:\n    def f(self) -> int: ...\n\n    async def g(self) -> int:\n        ...",
        "class P:\n    '''About it.'''\n    x: int",
        "def f():\n    '''About it.'''\n    global x\n    x = 1\nf()",
        "x: int\n# a comment\n\nx = 1",
        "import functools\n@functools.cache\ndef f():\n    pass",
    ],
)
def test_what_is_no_code_need_not_be_reached(body: str, site: Site) -> None:
    assert lines(site, body) == []


def test_each_block_is_looked_at(site: Site) -> None:
    assert lines(site, "x = 1", "if x == 2:\n    x = 3", "if x:\n    x = 3\nassert x == 3") == [5]


def test_a_function_may_be_called_further_down(site: Site) -> None:
    assert lines(site, "def f():\n    return 1") == [2]
    assert lines(site, "def f():\n    return 1", "f()") == []
    assert lines(site, "async def f():\n    return 1", "await f()") == []
    assert lines(site, "def f():\n    return 1", "import asyncio\nawait asyncio.to_thread(f)") == []
    thread = "import threading\nt = threading.Thread(target=f)\nt.start()\nt.join()"
    assert lines(site, "def f():\n    return 1", thread) == []
    fork = "import os\nif not (pid := os.fork()):\n    f()\n    os._exit(0)\n_ = os.waitpid(pid, 0)"
    assert lines(site, "def f():\n    return 1", fork) == []
    assert unreached(site, "```pycon\n>>> def f():\n...     return 1\n```\n") == [
        f"docs/page.md:3: `...     return 1` is never reached: {CURE}"
    ]


def test_a_block_that_raises_reaches_no_further(site: Site) -> None:
    page = "```python{}\n{{}}[1]\nx = 1\n```\n\n```{{ .text .error }}\nKeyError: 1\n```\n"
    assert unreached(site, page.format("")) == [f"docs/page.md:3: `x = 1` is never reached: {CURE}"]
    assert unreached(site, page.format(' unreached="the error is first"')) == []


def test_a_reason_is_given_where_one_is_needed(site: Site) -> None:
    page = '```python unreached="the server calls it"\ndef f():\n    {}\n```\n'
    assert unreached(site, page.format("return 1")) == []
    assert unreached(site, page.format("...")) == [
        "docs/page.md:1: unreached= is not needed: every line is reached"
    ]


def test_a_page_that_fails_cannot_tell(site: Site) -> None:
    page = "```python\n1 / 0\n```\n\n```python\nx = 1\n```\n"
    assert unreached(site, page) == [
        "docs/page.md:1 failed, so it cannot be told which lines are reached"
    ]


PROGRAM = """\
# --8<-- [start:pay]
def pay():
    return receipt()
# --8<-- [end:pay]


def receipt():
    if pay is None:
        return 1
    return 2
"""


def test_an_included_program_is_the_pages_own(site: Site, write: Write) -> None:
    write("snippets/shop.py", PROGRAM)
    whole, section = '```python\n--8<-- "shop.py"\n```\n', '```python\n--8<-- "shop.py:pay"\n```\n'
    call = "\n```python\npay()\n```\n"
    assert unreached(site, whole) == [
        f"docs/page.md:1: shop.py:3: `return receipt()` is never reached: {CURE}",
        f"docs/page.md:1: shop.py:8: `if pay is None:` is never reached: {CURE}",
        f"docs/page.md:1: shop.py:9: `return 1` is never reached: {CURE}",
        f"docs/page.md:1: shop.py:10: `return 2` is never reached: {CURE}",
    ]
    assert unreached(site, whole + call) == [
        f"docs/page.md:1: shop.py:9: `return 1` is never reached: {CURE}",
    ]
    receipt = "\n```python\ndef receipt():\n    return 1\n```\n"
    assert unreached(site, section + receipt + call) == []
    imported = "\n```python\nimport shop\nshop.pay()\nshop.pay = None\nshop.receipt()\n```\n"
    assert unreached(site, whole + imported) == []
    first, then = "```python\nimport shop\n```\n\n", "\n```python\nshop.pay()\n```\n"
    assert unreached(site, first + section + then) == []
    first = "```python\nimport shop\nshop.pay()\n```\n\n"
    assert unreached(site, first + section) == []
    assert unreached(site, first + whole) == [
        f"docs/page.md:6: shop.py:9: `return 1` is never reached: {CURE}",
    ]


def test_an_excerpt_is_of_lines_that_are_reached(site: Site) -> None:
    page = '```python unreached="never"\ndef f(x):\n    if x:\n        y = 1\n    return 2\nf(0)\n```\n'
    excerpt = "\n```{{ .python .excerpt{} }}\n{}\n```\n"
    assert unreached(site, page + excerpt.format("", "return 2")) == []
    assert unreached(site, page + excerpt.format("", "if x:\n    y = 1")) == [
        f"docs/page.md:9: the excerpt shows lines that are never reached: {CURE}"
    ]
    because = ' unreached="it is the other way"'
    assert unreached(site, page + excerpt.format(because, "y = 1")) == []
    assert unreached(site, page + excerpt.format(because, "return 2")) == [
        "docs/page.md:9: unreached= is not needed: every line is reached"
    ]


def test_a_loop_is_not_slowed_by_lines_that_are_reached(site: Site) -> None:
    body = "def f(n):\n    for x in range(n):\n        y = x\n    return y\nassert f(200_000)"
    assert lines(site, body) == []


def test_a_warning_of_the_compiler_is_given_once(site: Site) -> None:
    page = "```python\nx = 1\nprint(x is 1)\n```\n"
    path = site.config.docs / "page.md"
    path.write_text(page, "utf-8")
    printed = []
    for reached in (False, True):
        parsed = site.page(path)
        with parsed.running(reached=reached) as run:
            printed.append(run.result(parsed.fences[0]).printed)
    assert printed[0] == printed[1]
    assert printed[0].count("SyntaxWarning") == 1


def test_where_it_may_be_said(own_site: Site) -> None:
    def problem(text: str) -> str:
        return own_site.parse(own_site.config.docs / "page.md", text)[0].problem

    assert problem('```python unreached="why"\nx\n```\n') == ""
    assert problem('```python unreached=" "\nx\n```\n') == (
        'unreached="" says nothing: write why no run of this page reaches the lines'
    )
    refused = "unreached= is for Python that runs, and excerpts of it: this fence is "
    assert problem('```yaml unreached="why"\na: 1\n```\n') == refused + "validated"
    assert problem('```console unreached="why"\n$ true\n```\n') == refused + "executed"
    no = '```{ .python .not-run reason="no" unreached="why" }\nx\n```\n'
    assert problem(no) == refused + "not-run"
