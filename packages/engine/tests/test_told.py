"""A result stands in an output fence, where a run compares it, and not in a comment."""

from __future__ import annotations

import pytest

from fenceproof import Site
from fenceproof.told import told


@pytest.mark.parametrize(
    "code",
    [
        "x + 1  # 3", "x\n# 3", "print(x)  # 3", "print(x)\n#> 3", "f()  # -> 3", "f()  # => 3", "f()  #→ 3",
        "print(x)  # prints 3", "print(x)  # Output: 3", "print(x)\n# Output:", "x  # [1, 2]", "x  # 'tea'", "x  # True",
        "x  # None", "x = f()  # 3", "x += f()  # 3", "x: int = f()  # 3", "f()  # KeyError: 'tea'", "f()  # raises KeyError",
        "f()  # KeyError", "assert x  # True", "print(\n    x,\n)  # 3", "if x:\n    print(x)  # 3", "await f()  # 3",
        "def f():\n    '''It adds.\n\n    >>> f()\n    3\n    '''", "'''\n>>> 1\n2\n'''", "x  # b'tea'", "f()  # {'a': 1}",
        "class A:\n    '''\n    >>> A()\n    '''", "x  # -3", "f()  # 1 2 3", "f()  # 1, 'tea'", "def f(x):\n    return x  # 3", "x = 1\n'''\n>>> 1\n'''", "x  # 1e3", "x  # ==> tea",
        "x = 1 + 1  # 2 (1)!", "x = f()  # ⟹ 3", "x = f()  # ➜ 3", "x = f()  # == 3", "x = f()  # = 3", "x = f()  # ≈ 3.1",
        "y = f()  # x = 3", "y = f()  # y == [1, 2]", "y = f()  # y is None", "f()  # returns 3", "f()  # gives 'tea'",
        "f()  # is True", "f()  # true", "f()  # null", "f()  # Decimal('2')", "f()  # datetime.date(2026, 1, 1)",
        "f()  # deque([1])", "f()  # <class 'str'>", "f()  # <object object at 0x1>", "f()  # <Response [200]>",
        "f()\n# [\n#   3,\n# ]", "f()\n# {\n# 'a': 1}", "# >>> f()\n# 3\nx = 1", "f()  # Tray(seats=[])",
        "x = f()  # x: 3", "if x > 2:  # True\n    pass", "while f():  # None\n    pass", "with f() as x:  # 3\n    pass",
        "def f():\n    '''It adds.\n\n    Output: 3\n    '''", "'''Result: [1, 2]'''",
    ],
)  # fmt: skip
def test_a_result_in_a_comment_is_found(code: str) -> None:
    assert told(code)


@pytest.mark.parametrize(
    "code",
    [
        "f()  # once more", "# 3", "x = 1  # 3", "f()  # (1)!", "f()  # (1)", "f()\n\n# 3", "# 1. first\nf()", "f()  # 1.",
        "print(x)  # the result is 3", "for x in y:  # 3", "f()  # noqa: S101", "f()  # type: ignore", "x = '# 3'",
        "f()  # printed below", "f()  # tea", "f()  # a -> b", "f()  # 3 carts", "def f():\n    '''It adds >>> and <<<.'''",
        "f()  # error", "f()  # raises for NaN", "import x  # 3", "f()  # the output: none", "f()  # no error: it is kept", "(", "'''",
        "y = f()\n# x = 3", "f()  # is the seat free?", "f()  # now in Paris", "f()  # returns the seat", "f()  # <your name>",
        "f()  # TODO(ada)", "f()  # once more (1)!", "f()\n# first\n# second", "x = f()  # a = b", "f()  # = the same",
        "f()  # note: twice", "if x:  # once more\n    pass", "def f():\n    '''Output: the total.'''", "if x:\n    # x: 3\n    pass",
    ],
)  # fmt: skip
def test_a_comment_is_prose(code: str) -> None:
    assert told(code) == ""


def problem(site: Site, text: str) -> str:
    problems = [fence.problem for fence in site.parse(site.config.root / "page.md", text)]
    return next(filter(None, problems), "")


def test_it_is_refused_with_what_to_do(site: Site) -> None:
    cure = "tells a result that no run compares: print it, and put a { .text .output } fence below"
    assert problem(site, "```python\nprint(1 + 1)  # 3\n```\n") == f"`# 3` {cure}"
    assert problem(site, "```pycon\n>>> x = f()  # 3\n>>> x\n2\n```\n") == f"`# 3` {cure}"
    shown = "```python\ndef f():\n    '''\n    >>> f()\n    1\n    '''\n```\n"
    assert problem(site, shown) == f"`>>> in a docstring` {cure}"
    assert problem(site, "```console\n$ date +%Y  # 2026\n```\n") == f"`# 2026` {cure}"
    assert problem(site, "```console\n$ wc -l <<< a # => 1\n1\n```\n") == f"`# => 1` {cure}"
    assert problem(site, "```console\n$ true  # once more\n$ echo '# 3'\n# 3\n```\n") == ""
    assert problem(site, '```{ .python .not-run reason="no" }\nf()  # 3\n```\n') == ""


def test_an_excerpt_is_of_code(site: Site) -> None:
    page = "```python\ntext = '''\nlaunch()\nland()\n'''\nx = f'''\n{text}'''\ny = 1\n```\n\n"
    excerpt = "```{{ .python .excerpt }}\n{}\n```\n"
    said = "an excerpt of a text: these lines stand in a string, and nothing runs them there"
    for bad in ("launch()", "launch()\nland()", "text = '''\nlaunch()", "{text}'''"):
        assert problem(site, page + excerpt.format(bad)) == said
    for good in ("text = '''\nlaunch()\nland()\n'''", "y = 1", "x = f'''\n{text}'''\ny = 1"):
        assert problem(site, page + excerpt.format(good)) == ""
    ran = "```python\nlaunch()\n```\n\n"
    assert problem(site, page + ran + excerpt.format("launch()")) == ""
