"""What the mutation proof changes, what it finds, and that it finds nothing here."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.edits import MARK, SAMPLE, Mutant, edits, of_page, of_program
from tools.fences import ROOT, parse
from tools.site import pages
from tools.spread import PROVED, WEEKLY, spread

# -- the changes -----------------------------------------------------------


def changes(source: str) -> list[str]:
    """Each change as `before → after`; each is a program of its own, on the same lines."""
    found, dumps = [], {ast.dump(ast.parse(source))}
    for start, stop, new in edits(data := source.encode()):
        changed = (data[:start] + new + data[stop:]).decode()
        dump = ast.dump(ast.parse(changed))
        assert dump not in dumps
        dumps.add(dump)
        assert changed.count("\n") == source.count("\n")
        found.append(f"{data[start:stop].decode()} → {new.decode()}")
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1, 0x10, 1.5, True, False, None", "1 → 2|0x10 → 17|1.5 → 2.5|True → False|False → True|None → ..."),
        ("x = 'a', \"\", b'c', r'\\d'", "'a' → 'aX'|\"\" → \"X\"|b'c' → b'cX'|r'\\d' → r'\\dX'"),
        ("x = 'é' 'f' + g", "+ → -|'é' 'f' → 'é' 'fX'"),
        ('x = """a\nb"""', '"""a\nb""" → """a\nbX"""'),
        ("a < b <= c > d >= e", "< → <=|<= → <|> → >=|>= → >"),
        ("a == b, a != b, a in b, a not  in b", "== → !=|!= → ==|in → not in|not  in → in"),
        ("a is b, a is not b, a is (not b)", "is → is not|is not → is|is → is not|not b → b"),
        ("a and b and c or (not d)", "or → and|and → or|and → or|not d → d"),
        ("(a  # a < comment\n+ b) - c * d / e // f % g ** h", "- → +|+ → -|% → *|// → *|/ → *|* → /|** → *"),
        ("a << b >> c | d & e ^ f @ g", "| → &|>> → <<|<< → >>|^ → &|& → ||@ → *"),
        ("-a, +b, ~c", "- → +|+ → -|~ → -"),
        ("a += b; a -= b; a *= b; a //= b; a **= b; a |= b", "+= → -=|-= → +=|*= → /=|//= → *=|**= → *=||= → &="),
        ('f"a{b + 1!r:>{w}}c{{d}}" "e" rf"{x[\'k\']:05.2f}{y=}"',
         "a → aX|+ → -|1 → 2|c{{d}} → c{{d}}X|e → eX|'k' → 'kX'|05 → 6|2 → 3"),
        ('f"{a if a != b else (lambda: 3)()}\\N{EM DASH}{d[\'}\']}"',
         "!= → ==|3 → 4|\\N{EM DASH} → \\N{EM DASH}X|'}' → '}X'"),
        ('"doc"\nclass A:\n  "doc"\n  def f(self, a: "A" = 1) -> "A":\n    "doc"\n    b: "A" = 2', "1 → 2|2 → 3"),
        ("__all__ = ['a']", ""),
        ("match a:\n    case -1 | 'b' | True | None if c > 2: ...", "1 → 2|'b' → 'bX'|True → False|> → >=|2 → 3"),
        ("@d(1)\nasync def f(*, a=2): return [b for b in await c if b]", "2 → 3|1 → 2"),
    ],
)  # fmt: skip
def test_each_literal_comparison_and_operator_is_changed_once(source: str, expected: str) -> None:
    assert "|".join(changes(source)) == expected


def test_a_program_names_its_changes_by_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1 + 1\n\n\ndef f(\n    a=2,\n):\n    return 1 + 1\n")
    named = [(m.line, m.code, m.change, m.start) for m in of_program(path)]
    assert (1, "x = 1 + 1", "1 → 2", 0) in named
    assert (1, "x = 1 + 1", "1 → 2 #2", 0) in named
    assert (5, "a=2,", "2 → 3", 0) in named
    assert (7, "return 1 + 1", "+ → -", 4) in named
    assert len({m.key for m in of_program(path)}) == len(named) == 7


def test_a_page_breaks_each_promise_where_it_stands() -> None:
    page = (
        "> ```python\n> print(1)\n> x = 2\n> ```\n> ```{ .text .output }\n> 1\n> ```\n\n"
        "-   a\n\n    ```pycon\n    >>> 1\n    1\n    >>> x = 1\n    ```\n\n"
        "```console\n$ echo a \\\n> b\na b\n$ true\n```\n\n```json\n{}\n```\n"
    )
    mutants = list(of_page(ROOT / "docs/scratch.md", page))
    bodies = [(m.kind, m.line, parse(m.path, m.text)[m.at].body) for m in mutants]
    assert bodies == [
        ("fence", 1, f'raise RuntimeError("{MARK}")\n'),
        ("output", 5, "x\n"),
        ("output", 5, ""),
        ("fence", 11, f'>>> raise RuntimeError("{MARK}")\n'),
        ("output", 11, ">>> 1\nx\n>>> x = 1\n"),
        ("output", 11, ">>> 1\n>>> x = 1\n"),
        ("fence", 17, f"$ echo {MARK}; exit 1\n"),
        ("output", 17, "$ echo a \\\n> b\nx b\n$ true\n"),
        ("output", 17, "$ echo a \\\n> b\n$ true\n"),
        ("output", 17, "$ echo a \\\n> b\na b\n$ true\nx\n"),
        ("fence", 24, "{\n"),
    ]
    for mutant in mutants:
        assert not any(fence.problem for fence in parse(mutant.path, mutant.text))


def test_a_sample_is_the_same_everywhere_and_another_with_another_seed() -> None:
    mutants = [Mutant("program", ROOT / "snippets/a.py", n, "x", "1 → 2", "", n) for n in range(9)]
    order = {seed: [m.line for m in sorted(mutants, key=lambda m: m.rank(seed))] for seed in "01"}
    assert order == {"0": [3, 2, 4, 6, 5, 1, 7, 0, 8], "1": [0, 8, 5, 2, 6, 1, 4, 7, 3]}


# -- the tool --------------------------------------------------------------

PROGRAM = '''"""Counts."""

from shop.step import STEP


def visits(n: int) -> int:
    while n < 3:
        n += STEP
    return n
'''
PAGE = """
# A page

```python
--8<-- "shop/count.py"
```

```python
print(visits(0))
```

``` { .text .output }
3
```

=== "Tab"

    ```pycon
    >>> visits(5)
    5
    ```

-   In a list:

    ```{ .py }
    print("before")
    raise KeyError("ada")
    ```
    ```{ .text .output }
    before
    ```
    ```{ .text .error }
    KeyError: 'ada'
    ```

```{ .python .excerpt }
print(visits(0))
```

```console
$ echo "a b"
a b
```

```yaml
a: 1
```
"""


class Tree:
    """A site of one page, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("mkdocs.yml", "conftest.py", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        self.write("README.md", "# R\n").write("docs/page.md", PAGE)
        self.write("snippets/shop/count.py", PROGRAM).write("snippets/shop/step.py", '"""One."""\n\nSTEP = 1\n')

    def write(self, name: str, text: str) -> Tree:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return self

    def change(self, name: str, old: str, new: str) -> Tree:
        text = (self.folder / name).read_text()
        assert old in text
        return self.write(name, text.replace(old, new))

    def prove(self, *options: str, **environ: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "tools.mutants", *options]
        env = os.environ | {"PYTHONPATH": str(ROOT / "packages/engine/src")} | environ
        run = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True)
        return run.returncode, run.stdout + run.stderr


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


SAID = "{} mutants of {} fences, {} outputs, {} program sites: {} killed ({} by tests alone), "
CLOSING = SAID.format("{}", 7, 5, 4, "{}", 0) + "{} survived ({} explained)\n"


def test_all_that_a_page_promises_is_noticed(tree: Tree) -> None:
    status, said = tree.prove()
    assert (status, said) == (0, CLOSING.format(21, 21, 0, 0))


def test_one_kind_and_one_page_can_be_asked_for(tree: Tree) -> None:
    tree.write("docs/other.md", "```python\nassert True\n```\n")
    assert tree.prove("--kind", "fence", "docs/other.md")[1].startswith("1 mutants of 1 fences, 0 outputs, 0 program")
    assert tree.prove("docs/none.md") == (1, "docs/none.md: no such file or folder\n")


BLIND = """

def blind(self, fence, outcome=Page.outcome):
    error = outcome(self, fence)
    return None if fence.role == "{}" else error


Page.outcome = blind
"""


@pytest.mark.parametrize(
    ("role", "lines"),
    [
        ("output", [12, 12, 29, 29]),
        ("error", [25, 32, 32]),
        ("executed", [4, 8, 18, 18, 18, 40, 40, 40]),
        ("validated", [45]),
    ],
)
def test_an_engine_that_does_not_look_is_found(tree: Tree, role: str, lines: list[int]) -> None:
    """What nothing compares, validates or runs survives, and is named by page and line."""
    engine = tree.folder / "tools/promises.py"
    engine.write_text(engine.read_text() + BLIND.format(role))
    status, said = tree.prove("--kind", "fence", "--kind", "output")
    assert status == 1
    assert sorted(int(at) for at in re.findall(r"^docs/page.md:(\d+): .*: survived$", said, re.M)) == lines


def test_a_page_that_is_red_already_proves_nothing(tree: Tree) -> None:
    status, said = tree.change("docs/page.md", "\n3\n", "\n4\n").prove()
    assert status == 1
    assert said.startswith("docs/page.md is red before any mutant: docs/page.md:12: ")


def test_a_fault_of_the_tool_is_no_kill(tree: Tree) -> None:
    status, said = tree.change("tools/mutants.py", "error = page.outcome(target)", "error = page.outcome(None)").prove()
    assert status == 1
    assert "Traceback" in said
    assert " killed" not in said


UNSEEN = PROGRAM.replace("return n", "if n > 8:\n        n = 7\n    return n")
SURVIVORS = [
    "snippets/shop/count.py:9: > → >=  in  if n > 8:",
    "snippets/shop/count.py:9: 8 → 9  in  if n > 8:",
    "snippets/shop/count.py:10: 7 → 8  in  n = 7",
]
LISTED = (
    '[[survivor]]\nprogram = "snippets/shop/count.py"\nline = "{}"\nchange = "{}"\nwhy = "No page counts to 8."\n\n'
)


def listed(*pairs: tuple[str, str]) -> str:
    return "# Proof\n\n```toml\n" + "".join(LISTED.format(*pair) for pair in pairs) + "```\n"


def test_a_survivor_is_named_until_it_is_explained(tree: Tree) -> None:
    tree.write("snippets/shop/count.py", UNSEEN)
    status, said = tree.prove("--kind", "program")
    assert status == 1
    assert sorted(said.splitlines()[:-1]) == sorted(f"{survivor}: survived" for survivor in SURVIVORS)
    assert said.endswith(SAID.format(7, 0, 0, 7, 4, 0) + "3 survived (0 explained)\n")
    pairs = [("if n > 8:", "> → >="), ("if n > 8:", "8 → 9"), ("n = 7", "7 → 8")]
    tree.write("docs/reference/proof.md", listed(*pairs))
    status, said = tree.prove("--kind", "program")
    assert (status, said.splitlines()[1:]) == (0, [])
    assert said.endswith("4 killed (0 by tests alone), 3 survived (3 explained)\n")


def test_an_explanation_of_what_is_noticed_or_gone_is_stale(tree: Tree) -> None:
    tree.write("docs/reference/proof.md", listed(("n += STEP", "+= → -="), ("n = 7", "7 → 8")))
    status, said = tree.prove()
    assert status == 1
    assert "proof.md:3: snippets/shop/count.py | n += STEP | += → -=: is noticed, so it is no survivor" in said
    assert "proof.md:3: snippets/shop/count.py | n = 7 | 7 → 8: no program that a page runs has this" in said
    status, said = tree.prove("--kind", "fence")
    assert (status, said.splitlines()[1:]) == (0, [])


def test_an_explanation_says_why(tree: Tree) -> None:
    tree.write("docs/reference/proof.md", listed(("n = 7", "7 → 8")).replace("No page counts to 8.", ""))
    status, said = tree.prove()
    assert status == 1
    assert said.startswith("docs/reference/proof.md:3: a [[survivor]] has a program, line, change and why")


HELD = "from shop.count import visits\n\n\ndef test_nine_are_enough() -> None:\n    assert visits(12) == {}\n"


def test_what_no_page_notices_a_test_of_the_program_may(tree: Tree) -> None:
    tree.change("snippets/shop/count.py", "return n", "return min(n, 9)")
    assert "count.py:9: 9 → 10  in  return min(n, 9): survived" in tree.prove("--kind", "program")[1]
    tree.write("tests/snippets/test_count.py", HELD.format(9))
    assert tree.prove("--kind", "program") == (0, SAID.format(5, 0, 0, 5, 5, 1) + "0 survived (0 explained)\n")


def test_a_test_that_is_red_as_it_stands_proves_nothing(tree: Tree) -> None:
    tree.change("snippets/shop/count.py", "return n", "return min(n, 9)")
    tree.write("tests/snippets/test_count.py", HELD.format(8))
    assert tree.prove("--kind", "program") == (1, "tests/snippets/test_count.py is red before any mutant\n")


def test_a_program_that_hangs_or_ends_its_process_is_noticed(tree: Tree) -> None:
    tree.change("tools/mutants.py", "PATIENCE = 10.0", "PATIENCE = 0.5")
    tree.write("snippets/shop/step.py", "import os\n\nSTEP = 1\n__name__ or os._exit(STEP)\n")
    started = time.monotonic()
    assert tree.prove("--kind", "program", "--json", "counts.json")[0] == 0
    assert json.loads((tree.folder / "counts.json").read_text())["hung"] >= 2
    assert time.monotonic() - started < 30


def test_a_page_that_no_change_can_reach_unnoticed_proves_nothing(tree: Tree) -> None:
    """A page that is red for a comment would be red for any mutant, whatever its promises."""
    said = "import shop.count, pathlib\nprint(len(pathlib.Path(shop.count.__file__).read_text()))"
    tree.write("docs/page.md", f"```python\n{said}\n```\n```{{ .text .output }}\n{len(PROGRAM)}\n```\n")
    status, said = tree.prove()
    assert status == 1
    assert "docs/page.md is red before any mutant" in said


def test_a_page_that_keeps_a_thread_is_proved_from_the_top(tree: Tree) -> None:
    thread = "import threading\n\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    tree.change("docs/page.md", "print(visits(0))\n```\n\n```", f"{thread}\nprint(visits(0))\n```\n\n```")
    status, said = tree.prove("--json", "counts.json")
    assert (status, said) == (0, CLOSING.format(21, 21, 0, 0))
    assert json.loads((tree.folder / "counts.json").read_text())["hung"] == 1


def test_a_sample_is_the_same_in_every_process(tree: Tree) -> None:
    tree.write("docs/page.md", "```python\nfrom shop import many\n```\n")
    tree.write("snippets/shop/many.py", "".join(f"X{n} = {n}\n" for n in range(40)))
    runs = [tree.prove("--sample", "5", "--seed", seed, PYTHONHASHSEED=seed) for seed in ("7", "7", "8")]
    runs[1] = tree.prove("--sample", "5", "--seed", "7", "--jobs", "1", PYTHONHASHSEED="1")
    samples = [set(said.splitlines()[:-1]) for _, said in runs]
    assert [len(sample) for sample in samples] == [5, 5, 5]
    assert samples[0] == samples[1] != samples[2]


# -- here ------------------------------------------------------------------


@pytest.mark.timeout(3000)
def test_every_mutant_dies(capsys: pytest.CaptureFixture[str]) -> None:
    """Every promise of a spread of pages, and a sample of the changes to their programs: every week, all."""
    some = [] if WEEKLY else ["--sample", str(SAMPLE), *map(str, spread(pages(), PROVED))]
    command = [sys.executable, "-m", "tools.mutants", *some]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    with capsys.disabled():
        print("\n" + run.stdout.rstrip().rpartition("\n")[2])
    assert run.returncode == 0, run.stdout + run.stderr
