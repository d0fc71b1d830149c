"""A reader opens one tab of a set, so each works without the others."""

from __future__ import annotations

import pytest

from fenceproof import Site

NAMES = "ABC"
LEANS = (
    "this tab leans on another: a reader who opens it alone has no `x`, which line {} binds: "
    "bind it in this tab, or above the tabs"
)


def tabs(*bodies: list[str], language: str = "python") -> str:
    """A set of tabs, each of these programs."""
    lines = []
    for name, programs in zip(NAMES, bodies, strict=False):
        lines += [f'=== "{name}"', ""]
        for program in programs:
            fence = f"```{language}\n{program}\n```"
            lines += [f"    {line}" for line in fence.split("\n")] + [""]
    return "\n".join(lines) + "\n"


def problems(site: Site, text: str) -> list[tuple[int, str]]:
    fences = site.parse(site.config.root / "page.md", text)
    return [(fence.line, fence.problem) for fence in fences if fence.problem]


@pytest.mark.parametrize(
    "program",
    [
        "print(x)",
        "x += 1",
        "del x",
        "def f():\n    return x",
        "def f(a: x): ...",
        "class A:\n    def f(self):\n        return x",
        "class A(x): ...",
        "y = [z for z in x]",
        "y = [x for z in range(3)]",
        "await x",
        "print(x)\nx = 2",
        "@x\ndef f(): ...",
        "y = lambda: x",
        "y = f'{x}'",
        "import a.b\na.c = x",
    ],
)
def test_a_name_of_another_tab_is_told(program: str, site: Site) -> None:
    for other in ("x = 1", "import x", "def x(): ...", "for x in 'a': ...", "from a import b as x"):
        page = tabs([other], [program])
        line = page[: page.index(program.split("\n")[0], page.index('"B"'))].count("\n")
        assert problems(site, page) == [(line, LEANS.format(3))]


@pytest.mark.parametrize(
    "program",
    [
        "x = 2\nprint(x)",
        "for x in range(2):\n    print(x)",
        "def f(x):\n    return x",
        "y = [x for x in range(3)]",
        "class A:\n    x = 2\n    y = x",
        "def f():\n    global x\n    x = 2\n\nf()",
        "print(len, __name__, a.x)",
        "y = lambda x: x",
        "import x\nx.y",
        "(",
    ],
)
def test_a_tab_that_has_it_itself_is_right(program: str, site: Site) -> None:
    assert problems(site, tabs(["x = 1"], [program])) == []


def test_what_stands_above_the_tabs_or_in_this_one_is_there(site: Site) -> None:
    above = "```python\nx = 0\n```\n\n"
    assert problems(site, above + tabs(["x = 1"], ["print(x)"])) == []
    assert problems(site, tabs(["x = 1"], ["x = 2", "print(x)"])) == []
    twice = ["def f(): return x", "x = 1", "f()"]
    assert problems(site, tabs(twice, twice)) == []
    assert problems(site, tabs(["x = 1"], ["y = 2"]) + "\n```python\nprint(x, y)\n```\n") == []
    assert problems(site, tabs(["x = 1"]) + "\ntext\n\n" + tabs(["print(x)"])) == []


def test_sessions_and_sets_in_a_set_are_looked_at(site: Site) -> None:
    page = tabs([">>> x = 1"], [">>> y = 1\n>>> x + y\n2"], language="pycon")
    assert problems(site, page) == [(9, LEANS.format(3))]
    inner = "\n".join(f"    {line}" if line else "" for line in tabs(["x = 1"], ["x"]).split("\n"))
    page = f'=== "A"\n\n{inner}\n    ```python\n    x\n    ```\n\n=== "B"\n\n    ```python\n    x\n    ```\n'
    assert [problem for _, problem in problems(site, page)] == [LEANS.format(5)] * 2
