"""The mutation proof of small sites: what is noticed, what survives, what is said."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fenceproof import Fence, Result, Role, Site
from fenceproof.cli import main
from fenceproof.mutation import stage
from fenceproof.mutation.mutants import MARK, Kind, Mutant, of_program
from fenceproof.running import Running
from fenceproof.zygote import Zygote

Write = Callable[[str, str], Path]

TABLE = """\
[tool.fenceproof]
config = "mkdocs.yml"
path = ["snippets"]
[tool.fenceproof.mutants]
programs = ["snippets"]
tests = ["tests"]
survivors = "docs/proof.md"
"""
PROGRAM = '''"""Counts."""

from step import STEP


def visits(n: int) -> int:
    if n < 3:
        n = 3 * STEP
    return n
'''
PAGE = """\
# A page

```python
--8<-- "count.py"
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
"""


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """One for all sites of these tests, since it takes longer to start than a page."""
    server = Zygote(["pytest"])
    yield server
    server.close()


class Tree:
    """A site of one page, in a folder of its own."""

    def __init__(self, folder: Path, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.write, self._capsys = folder, write, capsys

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def prove(self, *words: str) -> tuple[int, list[str]]:
        """The status of the proof, and the lines that it prints."""
        self._capsys.readouterr()
        status = main(["mutants", *words, "--jobs", "2"])
        return status, self._capsys.readouterr().out.splitlines()

    def prove_apart(self, hashes: str, *words: str) -> int:
        """The status of the proof in a process of its own, with this order of hashes."""
        env = os.environ | {"PYTHONHASHSEED": hashes}
        env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        command = [sys.executable, "-m", "fenceproof", "mutants", *words]
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True).returncode


@pytest.fixture
def tree(
    tmp_path: Path,
    write: Write,
    own_site: Site,
    zygote: Zygote,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Tree:
    write("pyproject.toml", TABLE)
    write("docs/index.md", PAGE)
    write("snippets/count.py", PROGRAM)
    write("snippets/step.py", '"""One."""\n\nSTEP = 1\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stage, "PATIENCE", 2.0)
    monkeypatch.setattr(stage, "PROCESSOR", 0.0)
    monkeypatch.setattr(Site, "zygote", zygote)
    monkeypatch.setattr(Site, "close", lambda site: None)
    return Tree(tmp_path, write, capsys)


def of_code(tree: Tree, *bodies: str, kind: str = "inline") -> list[str]:
    """The survivors of a page of these blocks, without the page."""
    tree.write("docs/index.md", "\n".join(f"```python\n{body}\n```\n" for body in bodies))
    lines = tree.prove("--kind", kind)[1][:-1]
    return [line.partition(": ")[2].removesuffix(": survived") for line in lines]


def test_all_that_a_page_promises_is_noticed(tree: Tree) -> None:
    status, lines = tree.prove("--kind", "fence", "--kind", "output")
    assert (status, len(lines)) == (0, 1)
    assert lines[0].startswith("16 mutants of 6 fences, 5 outputs, 0 places in data, ")
    assert lines[0].endswith(": 16 killed (0 by tests alone), 0 survived (0 explained)")


def test_a_page_breaks_each_promise_where_it_stands(tree: Tree) -> None:
    site = Site(tree.folder)
    mutants = [m for m in site.mutants(site.page("docs/index.md")) if m.kind is Kind.FENCE]
    assert [mutant.line for mutant in mutants] == [3, 7, 17, 24, 35, 39]
    failing = f'raise RuntimeError("{MARK}")\n'
    assert [mutant.text for mutant in mutants[:4]] == [failing, failing, f">>> {failing}", failing]
    assert mutants[5].text == f"$ echo {MARK}; exit 1\n"


def test_each_promise_is_broken_in_any_container(tree: Tree) -> None:
    tree.write(
        "docs/index.md",
        "> ```python\n> print(1)\n> x = 2\n> ```\n> ```{ .text .output }\n> 1\n> ```\n\n"
        "-   a\n\n    ```pycon\n    >>> 1\n    1\n    >>> x = 1\n    ```\n\n"
        "```console\n$ echo a \\\n> b\na b\n$ true\n```\n\n```json\n{}\n```\n",
    )
    site = Site(tree.folder)
    mutants = site.mutants(site.page("docs/index.md"))
    kinds = {Kind.FENCE, Kind.OUTPUT}
    bodies = [(str(m.kind), m.line, m.text) for m in mutants if m.kind in kinds]
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


@pytest.mark.parametrize(
    ("role", "lines"),
    [
        (Role.OUTPUT, [11, 11, 28, 28]),
        (Role.ERROR, [24, 31, 31]),
        (Role.EXECUTED, [3, 7, 17, 17, 17, 39, 39, 39]),
        (Role.VALIDATED, [44]),
    ],
)
def test_an_engine_that_does_not_look_is_found(
    role: Role, lines: list[int], tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nothing compares, validates or runs survives, and is named by page and line."""
    real = Running._attempt

    def blind(run: Running, fence: Fence) -> Result:
        result = real(run, fence)
        return Result(fence) if fence.role is role else result

    monkeypatch.setattr(Running, "_attempt", blind)
    tree.write("docs/index.md", f"{PAGE}\n```yaml\na: 1\n```\n")
    status, said = tree.prove("--kind", "fence", "--kind", "output")
    assert status == 1
    named = [re.match(r"docs/index\.md:(\d+): .*: survived$", line) for line in said]
    assert sorted(int(match[1]) for match in named if match) == lines


def test_a_program_names_its_changes_by_their_lines(tree: Tree) -> None:
    path = tree.write("snippets/a.py", "x = 1 + 1\n\n\ndef f(\n    a=2,\n):\n    return 1 + 1\n")
    mutants = of_program("snippets/a.py", path)
    assert [(m.line, m.code, m.change) for m in mutants] == [
        (1, "x = 1 + 1", "x = 1 + 1 → pass"),
        (1, "x = 1 + 1", "+ → -"),
        (1, "x = 1 + 1", "1 → 2"),
        (1, "x = 1 + 1", "1 → 2 #2"),
        (5, "a=2,", "=2 → nothing"),
        (5, "a=2,", "2 → 3"),
        (7, "return 1 + 1", "return 1 + 1 → return None"),
        (7, "return 1 + 1", "+ → -"),
        (7, "return 1 + 1", "1 → 2"),
        (7, "return 1 + 1", "1 → 2 #2"),
    ]
    assert str(mutants[3]) == "snippets/a.py:1: 1 → 2 #2  in  x = 1 + 1"


def test_the_code_of_a_page_is_changed(tree: Tree) -> None:
    assert of_code(tree, "stop, drain = 5, 0", "assert stop + drain == 5") == [
        "+ → -  in  assert stop + drain == 5"
    ]
    assert of_code(tree, "stop, drain = 5, 2", "assert stop + drain == 7") == []
    assert "<= → <  in  assert x <= 2" in of_code(tree, "x = 1", "assert x <= 2")


@pytest.mark.parametrize(
    ("body", "survivor"),
    [
        ("x = [3]\nx.clear()\nx.clear()\nassert x == []", "x.clear() → pass  in  x.clear()"),
        ("try:\n    x = int('3')\nexcept ValueError:\n    raise\nassert x == 3", "ValueError → ()  in  except ValueError:"),
        ("def same(f): return f\n@same\ndef f(): return 3\nassert f() == 3", "@same → nothing  in  @same"),
        ("import threading\nlock = threading.Lock()\nx = 3\nwith lock:\n    x += 1\nassert x == 4", "with lock → if True  in  with lock:"),
        ("assert sorted([2, 1], reverse=False) == [1, 2]", "reverse=False → nothing  in  assert sorted([2, 1], reverse=False) == [1, 2]"),
        ("def f(): return None if 3 else 4\nassert f() is None", "return None if 3 else 4 → return None  in  def f(): return None if 3 else 4"),
        ("x = [1, 2][0:]\nassert x == [1, 2]", "0 → nothing  in  x = [1, 2][0:]"),
        ("for x in [1]:\n    continue\nassert x", "continue → break  in  continue"),
        ("x = [y for y in [1, 2] if y]\nassert x == [1, 2]", "y → True  in  x = [y for y in [1, 2] if y]"),
        ("def f(a=7): return a\nassert f(3) == 3", "=7 → nothing  in  def f(a=7): return a"),
    ],
)  # fmt: skip
def test_each_operator_has_a_survivor(body: str, survivor: str, tree: Tree) -> None:
    assert survivor in of_code(tree, body)


@pytest.mark.parametrize("name", ["web.yaml", "web.yaml:port"])
def test_data_in_a_file_is_changed_where_it_stands(name: str, tree: Tree) -> None:
    """With the rest of its file, which the schema is of."""
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n"
    ports = "  ports:\n    - port: 80\n"
    marks = f"  # --8<-- [start:port]\n{ports}  # --8<-- [end:port]\n"
    tree.write("snippets/web.yaml", service + (marks if ":" in name else ports))
    tree.write("docs/index.md", f'```yaml\n--8<-- "{name}"\n```\n')
    said = tree.prove("--kind", "data")[1]
    survived = [line.partition(": ")[2].partition("  in  ")[0] for line in said[:-1]]
    assert "80 → 81" in survived
    assert not {"ports → portsX", "port → portX", '80 → "80"'} & set(survived)


def test_what_a_later_block_notices_is_noticed(tree: Tree) -> None:
    assert of_code(tree, "total = 3", "x = 1 + 1", "assert (total, x) == (3, 2)") == []


def test_a_block_that_hangs_or_ends_its_process_is_noticed(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "PATIENCE", 0.5)
    body = "import os, threading\ne = threading.Event()\ne.set()\n_ = e.wait()\n0 and os._exit(1)"
    said = of_code(tree, body)
    assert not any("e.set()" in line or "0 → 1" in line for line in said)


def test_what_hung_is_counted_and_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "PATIENCE", 0.5)
    loop = PROGRAM.replace("if n < 3", "while n < 3").replace("n = 3 *", "n += 3 *")
    tree.write("snippets/count.py", loop)
    tree.write("snippets/step.py", "import os\n\nSTEP = 1\n__name__ or os._exit(STEP)\n")
    tree.prove("--kind", "program", "--json", "counts.json")
    counts = json.loads((tree.folder / "counts.json").read_text("utf-8"))
    hung = [" | ".join(key) for key in counts["hangs"]]
    assert counts["hung"] == len(hung)
    assert "snippets/count.py | n += 3 * STEP | += → -=" in hung
    assert "snippets/step.py | __name__ or os._exit(STEP) | or → and" in hung


def test_a_page_that_keeps_a_thread_is_run_from_the_top(tree: Tree) -> None:
    thread = (
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    said = of_code(tree, "x = 3", thread, "assert x == 3")
    assert not any("x = 3" in line for line in said)


def test_what_a_mutant_writes_is_not_there_for_the_next(tree: Tree) -> None:
    write = "from pathlib import Path\nPath('a.txt').touch()"
    assert (
        of_code(tree, "name = 'a.txt'", write, "assert [*Path().glob('*.txt')] == [Path(name)]")
        == []
    )


def test_a_page_that_is_red_already_proves_nothing(tree: Tree) -> None:
    tree.change("docs/index.md", "\n3\n", "\n4\n")
    status, lines = tree.prove()
    assert status == 1
    assert lines[0].startswith("docs/index.md:11 fails before any mutant: ")


def test_a_page_that_has_a_problem_proves_nothing(tree: Tree) -> None:
    tree.write("docs/index.md", "```bash\nx\n```\n")
    status, lines = tree.prove("--kind", "data")
    assert status == 1
    assert lines[0].startswith('docs/index.md:1 fails before any mutant: "bash" needs reason=')


def test_a_fault_of_the_proof_is_no_kill(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fenceproof.mutation.proof.verdict", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tree.prove("--kind", "fence")


UNSEEN = PROGRAM.replace("return n", "if n > 8:\n        n = 7\n    return n")
LISTED = (
    '[[survivor]]\nprogram = "snippets/count.py"\nline = "{}"\nchange = "{}"\nwhy = "No page."\n\n'
)


def listed(*pairs: tuple[str, str]) -> str:
    return "# Proof\n\n```toml\n" + "".join(LISTED.format(*pair) for pair in pairs) + "```\n"


def test_a_survivor_is_named_until_it_is_explained(tree: Tree) -> None:
    tree.write("snippets/count.py", UNSEEN)
    status, lines = tree.prove("--kind", "program")
    assert status == 1
    survivors = [line for line in lines if line.endswith(": survived")]
    assert "snippets/count.py:9: > → >=  in  if n > 8:: survived" in survivors
    assert "snippets/count.py:10: 7 → 8  in  n = 7: survived" in survivors
    pairs = []
    for line in survivors:
        change, _, code = line.removesuffix(": survived").partition(": ")[2].partition("  in  ")
        pairs.append((code, change))
    tree.write("docs/proof.md", listed(*pairs))
    status, lines = tree.prove("--kind", "program")
    assert (status, len(lines)) == (0, 1)
    assert lines[0].endswith(f"{len(pairs)} survived ({len(pairs)} explained)")


def test_an_explanation_of_what_is_noticed_or_gone_is_stale(tree: Tree) -> None:
    tree.write("docs/proof.md", listed(("n = 3 * STEP", "3 → 4"), ("n = 7", "7 → 8")))
    status, lines = tree.prove()
    assert status == 1
    noticed = "docs/proof.md:4: snippets/count.py | n = 3 * STEP | 3 → 4: is noticed, "
    assert f"{noticed}so it is no survivor: take it out" in lines
    gone = "docs/proof.md:10: snippets/count.py | n = 7 | 7 → 8: "
    assert f"{gone}no page and no program that runs has this: take it out" in lines


GROUP = """\
# What nobody notices.

[[survivor]]
why = "No page counts to 8."
places = [
  { program = "snippets/count.py", line = "if n > 8:", change = "> → >=" },
  { program = "snippets/count.py", line = "n = 7", change = "7 → 8" },
]

[[survivor]]
why = "A reason."
page = "docs/index.md"
line = "visits(5)"
change = "5 → 6"
"""


@pytest.mark.parametrize("is_page", [True, False])
def test_a_reason_is_written_once_for_several_places(is_page: bool, tree: Tree) -> None:
    if is_page:
        tree.write("docs/proof.md", f"```toml\n{GROUP}```\n")
    else:
        tree.write("gone.toml", GROUP)
        tree.change("pyproject.toml", "docs/proof.md", "gone.toml")
    tree.write("snippets/count.py", UNSEEN)
    _, lines = tree.prove("--kind", "program", "--kind", "inline")
    assert not any("> → >=" in line or "n = 7 | 7" in line for line in lines)
    where = "docs/proof.md:11" if is_page else "gone.toml:10"
    noticed = f"{where}: docs/index.md | visits(5) | 5 → 6: is noticed, "
    assert f"{noticed}so it is no survivor: take it out" in lines
    assert lines[-1].endswith("(2 explained)")


def test_a_page_that_includes_the_list_shows_it(tree: Tree) -> None:
    """What is said of an entry names the file that has it, and the list is not changed itself."""
    tree.write("snippets/gone.toml", GROUP)
    tree.write("docs/proof.md", '```toml\n--8<-- "gone.toml"\n```\n')
    _, lines = tree.prove()
    assert any(
        line.startswith("snippets/gone.toml:6: snippets/count.py | if n >") for line in lines
    )
    assert not any(line.startswith("docs/proof.md:") for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"No page counts to 8."', '""', "gone.toml:3: a [[survivor]] says why, and has a"),
        ("7 → 8", "", "gone.toml:7: a [[survivor]] says why, and has a program or a page, "),
        ("program", "programs", "gone.toml:6: a [[survivor]] says why, and has a program or"),
        ('change = "5 → 6"', "", "gone.toml:10: a [[survivor]] says why, and has a program or"),
        ('change = "5 → 6"', "change = 1", "gone.toml:10: a [[survivor]] says why, and has"),
        ("]\n\n", "\n\n", "gone.toml:1: this TOML cannot be read: "),
        ("[[survivor]]\nwhy", "[survivor]\nwhy", "gone.toml:1: this TOML cannot be read: "),
        (
            'n = 7", change = "7 → 8"',
            'if n > 8:", change = "> → >="',
            "gone.toml:7: snippets/count.py | if n > 8: | > → >= is explained twice: "
            "it is at gone.toml:6 too",
        ),
    ],
)
def test_an_explanation_that_is_not_whole(old: str, new: str, said: str, tree: Tree) -> None:
    assert old in GROUP
    tree.write("gone.toml", GROUP.replace(old, new, 1))
    tree.change("pyproject.toml", "docs/proof.md", "gone.toml")
    status, lines = tree.prove()
    assert (status, len(lines)) == (1, 1)
    assert lines[0].startswith(said)


def test_an_explanation_says_why(tree: Tree) -> None:
    tree.write("docs/proof.md", listed(("n = 7", "7 → 8")).replace("No page.", ""))
    status, lines = tree.prove()
    assert status == 1
    assert lines[0].startswith("docs/proof.md:4: a [[survivor]] says why, and has a program or")


HELD = "from count import visits\n\ndef test_nine_are_enough():\n    assert visits(12) == {}\n"


def test_what_no_page_notices_a_test_of_the_program_may(tree: Tree) -> None:
    tree.change("snippets/count.py", "return n", "return min(n, 9)")
    survivor = "snippets/count.py:9: 9 → 10  in  return min(n, 9): survived"
    assert survivor in tree.prove("--kind", "program")[1]
    tree.write("tests/test_count.py", HELD.format(9))
    lines = tree.prove("--kind", "program")[1]
    assert survivor not in lines
    tree.write("tests/test_count.py", HELD.format(8))
    said = (1, ["tests/test_count.py fails before any mutant"])
    assert tree.prove("--kind", "program") == said


def test_a_page_that_no_change_can_reach_unnoticed_proves_nothing(tree: Tree) -> None:
    """A page that is red for a comment would be red for any mutant, whatever its promises."""
    said = "import count, pathlib\nprint(len(pathlib.Path(count.__file__).read_text()))"
    output = f"```{{ .text .output }}\n{len(PROGRAM)}\n```\n"
    tree.write("docs/index.md", f"```python\n{said}\n```\n\n{output}")
    status, lines = tree.prove("--kind", "program")
    assert status == 1
    assert "docs/index.md:6 fails before any mutant" in lines[0]


def test_one_kind_and_one_page_can_be_asked_for(tree: Tree) -> None:
    tree.write("docs/other.md", "```python\nassert True\n```\n")
    lines = tree.prove("--kind", "fence", "docs/other.md")[1]
    assert lines[-1].startswith("1 mutants of 1 fences, 0 outputs, ")
    assert tree.prove("docs/none.md") == (2, [])


def test_of_one_page_only_the_programs_that_it_shows_are_changed(tree: Tree) -> None:
    tree.write("docs/other.md", "```python\nimport count\nassert count.visits(0) == 3\n```\n")
    assert "0 in programs" in tree.prove("--kind", "program", "docs/other.md")[1][-1]
    shown = tree.prove("--kind", "program", "docs/index.md")[1]
    assert not any("snippets/step.py" in line for line in shown)
    assert "0 in programs" not in shown[-1]


def test_a_sample_is_the_same_everywhere_and_another_with_another_seed() -> None:
    mutants = []
    for line in range(9):
        code = f"x = {line}"
        mutants.append(Mutant(Kind.PROGRAM, "a.py", Path("a.py"), line, code, "1 → 2", ""))
    order = {}
    for seed in "01":
        ranked = sorted(mutants, key=lambda mutant: mutant.rank(seed))
        order[seed] = [mutant.line for mutant in ranked]
    below = [replace(mutant, line=mutant.line + 3, text="other") for mutant in mutants]
    assert [mutant.rank("0") for mutant in below] == [mutant.rank("0") for mutant in mutants]
    assert order["0"] != order["1"]
    assert sorted(order["0"]) == sorted(order["1"]) == [*range(9)]


def test_a_sample_is_of_each_kind_and_the_same_in_every_process(tree: Tree) -> None:
    """Also where another process orders its sets otherwise."""
    tree.write("docs/data.md", "```yaml\na: 1\nb: [2, 3]\n```\n")
    said = []
    for name, seed, hashes in (("a", "7", "0"), ("b", "7", "1"), ("c", "8", "0")):
        tree.prove_apart(hashes, "--sample", "3", "--seed", seed, "--json", f"{name}.json")
        said.append(json.loads((tree.folder / f"{name}.json").read_text("utf-8")))
    counts = said[0]
    assert said[0] == said[1] != said[2]
    assert counts["mutants"] == 15 < counts["known"]
    assert [counts[kind] for kind in ("fences", "data", "inline", "program")] == [3, 3, 3, 3]


@pytest.mark.parametrize(
    "astray",
    [
        'open("notes/ada.txt", "w").close()',
        'open("notes/new.txt", "x").close()',
        'os.close(os.open("notes/ada.txt", os.O_WRONLY | os.O_TRUNC))',
        'os.truncate("notes/ada.txt", 0)',
        'os.chmod("notes/ada.txt", 0)',
        'os.remove("notes/ada.txt")',
        'os.rename("notes/ada.txt", "ada.txt")',
        'os.mkdir("notes/more")',
        'shutil.rmtree("notes/of")',
    ],
)
def test_a_change_writes_nothing_into_the_repository(tree: Tree, astray: str) -> None:
    tree.write("notes/ada.txt", "tea\n")
    tree.write("notes/of/grace.txt", "jam\n")
    code = f"import os, shutil\n\nif len('a') > 1:\n    {astray}\nopen('own.txt', 'w').close()\n"
    tree.write("docs/index.md", f"```python\n{code}```\n")
    lines = tree.prove("--kind", "inline", "docs/index.md")[1]
    assert not [line for line in lines if "→ True " in line], "the page wrote, and was right"
    kept = sorted((tree.folder / "notes").rglob("*.txt"))
    assert [path.read_text("utf-8") for path in kept] == ["tea\n", "jam\n"]
    assert len(list((tree.folder / "notes").iterdir())) == 2
    assert kept[0].stat().st_mode & 0o600
