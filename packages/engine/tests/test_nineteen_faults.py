"""One page with nineteen faults, each of another kind: all are told, each with its line."""

from __future__ import annotations

from fenceproof import Site

# A line that begins with ! is where a fault is to be told, and with which words.
PAGE = """\
# The shop

```python
print("tea", 3)
```

! the run gave something else
```{ .text .output }
tea 4
```

```python
if __name__ == "__main__":
! `total = 0` is never reached
    total = 0


def pay():
! `return "paid"` is never reached
    return "paid"


for cart in []:
! `print(cart)` is never reached
    print(cart)

! in part, a lambda or a comprehension, never reached
free = lambda: 0
! in part, a lambda or a comprehension, never reached
sums = [price + 1 for price in []]
```

! `# 7` tells a result that no run compares
```python
3 + 4  # 7
```

! `>>> in a docstring` tells a result
```python
def tax(price):
    '''Add it.

    >>> tax(1)
    2
    '''
```

```python
price = 3
```

! was to raise this, and it raised nothing
```{ .text .error }
KeyError: 'tea'
```

! an excerpt of nothing
```{ .python .excerpt }
price = 4
```

```python
page = '''
launch()
'''
```

! an excerpt of a text
```{ .python .excerpt }
launch()
```

! the page shows another program
```python
text = '''
\tone'''
```

! a control character turns the direction
```python
access = 'user\u202e'
```

! the include "nowhere.py" does not exist
```python
--8<-- "nowhere.py"
```

! "bash" needs reason=
```bash
pip install shop
```

! the role .outptu is not known
```{ .text .outptu }
tea 3
```

! a console without a command
```console
pip install shop
```

<div hidden markdown>

! the page hides this fence
```python
price = 5
```

</div>

! unreached= is not needed
```python unreached="it is for show"
price = 6
```
"""


def expected_of(page: str) -> tuple[str, list[tuple[int, str]]]:
    """The page without its marks, and the line and the words of each."""
    lines: list[str] = []
    faults: list[tuple[int, str]] = []
    for line in page.split("\n"):
        if line.startswith("! "):
            faults.append((len(lines) + 1, line[2:]))
        else:
            lines.append(line)
    return "\n".join(lines), faults


def test_each_is_told_with_its_line(own_site: Site) -> None:
    text, faults = expected_of(PAGE)
    path = own_site.config.docs / "page.md"
    path.write_text(text, "utf-8")
    page = own_site.page(path)
    with page.running(reached=True) as run:
        results = [run.result(fence) for fence in page.fences]
        told = [f"{result.fence.where}: {result.problem}" for result in results if not result.ok]
        told += run.unreached()
    own_site.close()
    assert len(faults) == 19
    for line, words in faults:
        said = [problem for problem in told if problem.startswith(f"docs/page.md:{line}: ")]
        assert any(words in problem for problem in said), f"{line} {words}: {told}"
    assert len(told) == 19
