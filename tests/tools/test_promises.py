"""What a page must do to be green, and how it says that it is not: each trap is a small page."""

from __future__ import annotations

import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import fences, promises
from tools.promises import Broken, Page
from tools.site import ROOT

Snippets = Callable[[str, str], Path]


@pytest.fixture
def page() -> Iterator[Callable[..., Page]]:
    """Make a page from its text."""
    made: list[Page] = []

    def make(text: str, name: str = "docs/page.md") -> Page:
        made.append(Page(text, str(ROOT / name)))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def snippets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snippets:
    """Write a program that includes can name and blocks can import."""
    monkeypatch.setattr(fences.SNIPPETS, "base_path", [str(tmp_path)])
    monkeypatch.setattr(fences.SNIPPETS, "bases", None)
    monkeypatch.setattr("tools.promises.SNIPPETS", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path / name

    return write


def failures(page: Page) -> list[str]:
    """What is wrong, fence by fence: the message, or the error with the last line of the page that it names."""
    found = []
    for fence in page.fences:
        error = page.outcome(fence)
        if isinstance(error, Broken):
            found.append(str(error))
        elif error is not None:
            frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == page.path]
            line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno
            found.append(f"docs/page.md:{line}: {type(error).__name__}: {error}")
    return found


def block(code: str, output: str | None = None, error: str | None = None) -> str:
    text = f"```python\n{code}\n```\n\n"
    text += f"```{{ .text .output }}\n{output}```\n\n" if output is not None else ""
    return text + (f"```{{ .text .error }}\n{error}```\n\n" if error is not None else "")


# -- outputs ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "output"),
    [
        ("print('a')", "a\n"),
        ("print('a  ')", "a  \n"),
        ("print('\\n a\\n\\n')", "\n a\n\n\n"),
        ("print('a\\tb')", "a\tb\n"),
        ("print('Åda 🛒\\u2028\\x0c.')", "Åda 🛒\u2028\x0c.\n"),
        ("print('a', end=''); print('b')", "ab\n"),
        ("import sys; sys.stdout.write('a\\n'); print('b', file=sys.stdout)", "a\nb\n"),
        ("import threading as t; a = t.Thread(target=print, args=['a']); a.start(); a.join()", "a\n"),
        ("import asyncio\nasync def f(): print('a')\nasyncio.run(f())", "a\n"),
        ("print(';--8<-- \"x\"'[1:])", ';--8<-- "x"\n'),
        ("x = 1", ""),
    ],
)
def test_what_is_printed_is_compared_to_the_letter(page: Callable[..., Page], code: str, output: str) -> None:
    assert failures(page(block(code, output))) == []
    for wrong in (output + "x\n", output + "\n", output + " \n", " " + output, output.replace("a", "e") + "-\n"):
        if wrong.endswith("\n"):
            (failure,) = failures(page(block(code, wrong)))
            line = 4 + code.count("\n") + 1
            assert failure.startswith(
                f"docs/page.md:{line}: the run gave something else; `make record` writes it\n--- "
            )


def test_a_difference_is_a_diff(page: Callable[..., Page]) -> None:
    (failure,) = failures(page(block("print('a\\nb\\nc', end='')", "a\nB\nc\n")))
    assert failure == (
        "docs/page.md:5: the run gave something else; `make record` writes it\n--- the page\n+++ the run\n"
        "@@ -1,3 +1,4 @@\n a\n-B\n+b\n c\n+(no newline at the end)"
    )


def test_the_client_prints_from_its_own_thread(page: Callable[..., Page]) -> None:
    code = """\
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

async def home(request):
    print("served")
    return PlainTextResponse("hi")

with TestClient(Starlette(routes=[Route("/", home)])) as client:
    print(client.get("/").text)"""
    assert failures(page(block(code, "served\nhi\n"))) == []


def test_what_an_earlier_block_keeps_of_stdout_is_compared_in_a_later_one(page: Callable[..., Page]) -> None:
    text = block("from sys import stdout\nprint('a')", "a\n") + block("stdout.write('b\\n')", "b\n")
    assert failures(page(text)) == []
    assert len(failures(page(text.replace("b\n```\n\n", "```\n\n")))) == 1


def test_an_output_in_a_file_is_compared(page: Callable[..., Page], snippets: Snippets) -> None:
    snippets("out.txt", "a\n\nb\n")
    assert failures(page(block("print('a\\n\\nb')", '--8<-- "out.txt"\n'))) == []
    assert len(failures(page(block("print('a\\nb')", '--8<-- "out.txt"\n')))) == 1


# -- errors ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero\n"),
        ("class Full(Exception): ...\nraise Full('no seat')", "Full: no seat\n"),
        ("class A:\n    class B(Exception): ...\nraise A.B", "A.B\n"),
        ("raise ValueError('a\\nb  ')", "ValueError: a\nb  \n"),
        ("raise ValueError", "ValueError\n"),
        ("raise ValueError('')", "ValueError\n"),
        ("e = KeyError('a')\ne.add_note('so')\nraise e", "KeyError: 'a'\nso\n"),
        ("raise ExceptionGroup('two', [ValueError(1), KeyError(2)])", "ExceptionGroup: two (2 sub-exceptions)\n"),
        ("raise SystemExit(2)", "SystemExit: 2\n"),
        ("import asyncio\nraise asyncio.CancelledError", "asyncio.exceptions.CancelledError\n"),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise OSError('a') from e", "OSError: a\n"),
        ("assert 1 == 2", "AssertionError\n"),
        ("assert 1 == 2, 'one is not two'", "AssertionError: one is not two\n"),
        ("x = (", "SyntaxError: '(' was never closed\n"),
        ("import json\njson.loads('x')", "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n"),
        ("import asyncio\nawait asyncio.wait_for(asyncio.sleep(9), 0)", "TimeoutError\n"),
    ],
)
def test_an_error_is_compared_by_type_and_message(page: Callable[..., Page], code: str, error: str) -> None:
    assert failures(page(block(code, error=error) + block("print('on')", "on\n"))) == []
    for wrong in ("x" + error, error[:-1] + " \n", error.rpartition(":")[0] + ": x\n", error + "x\n"):
        line = 5 + code.count("\n")
        (failure,) = failures(page(block(code, error=wrong)))
        assert failure.startswith(f"docs/page.md:{line}: the run gave something else")


def test_a_block_shows_what_it_printed_and_then_what_it_raised(page: Callable[..., Page]) -> None:
    code = "print('a')\nraise ValueError('b')\nprint('c')"
    assert failures(page(block(code, "a\n", "ValueError: b\n"))) == []
    assert [f[:15] for f in failures(page(block(code, "c\n", "ValueError: c\n")))] == [
        "docs/page.md:7:",
        "docs/page.md:11",
    ]


def test_a_block_that_is_to_raise_must(page: Callable[..., Page]) -> None:
    failure = "docs/page.md:5: the block above was to raise this, and it raised nothing"
    assert failures(page(block("x = 1", error="ValueError: a\n") + block("assert x == 1"))) == [failure]


def test_what_is_raised_and_not_shown_is_red_and_named(page: Callable[..., Page]) -> None:
    text = (
        "# T\n\n"
        + block("x = 1\ny = 0")
        + block("print('a')\n\nx / y", "a\n")
        + block("z = 1")
        + "```yaml\na: 1\n```\n"
    )
    assert failures(page(text)) == [
        "docs/page.md:11: ZeroDivisionError: division by zero",
        "docs/page.md:14: not run, since docs/page.md:8 failed first",
        "docs/page.md:18: not run, since docs/page.md:8 failed first",
    ]


def test_no_block_ends_or_skips_the_test(page: Callable[..., Page]) -> None:
    for code in ("import pytest\npytest.skip('no')", "import unittest\nraise unittest.SkipTest('no')",
                 "import pytest\npytest.exit('no')", "import pytest\npytest.xfail('no')"):  # fmt: skip
        (failure,) = failures(page(block(code)))
        assert failure.startswith("docs/page.md:1: the block ends the test, which nothing may: ")
    assert failures(page(block("raise SystemExit(0)"))) == ["docs/page.md:2: SystemExit: 0"]


# -- running ---------------------------------------------------------------


def test_lines_are_those_of_the_page(page: Callable[..., Page]) -> None:
    text = "# T\n\n" + block("def f():\n    raise ValueError('a')\nx = 1") + block("y = 1\nf()")
    assert failures(page(text)) == ["docs/page.md:5: ValueError: a"]
    assert failures(page("!!! note\n\n    ```python\n    x = 1\n    y = (\n    ```\n"))[0].startswith(
        "docs/page.md:5: Syn"
    )
    assert failures(page("# T\n\n" + block("x = 1\nx y")))[0].startswith("docs/page.md:5: SyntaxError")


def test_lines_are_those_of_the_program(page: Callable[..., Page], snippets: Snippets) -> None:
    path = snippets(
        "f.py",
        "# --8<-- [start:a]\nx = 1\n# --8<-- [end:a]\n\n\n"
        "class A:\n    # --8<-- [start:b]\n    1 / 0\n    # --8<-- [end:b]\n",
    )
    made = page('```python\n--8<-- "f.py:a"\n```\n\n```python\nassert x == 1\n```\n\n```python\n--8<-- "f.py:b"\n```\n')
    first, second, third = (made.outcome(fence) for fence in made.fences)
    assert first is second is None
    assert third is not None
    last = traceback.extract_tb(third.__traceback__)[-1]
    assert (last.filename, last.lineno, last.line) == (str(path), 8, "1 / 0")


def test_assertions_explain_themselves(page: Callable[..., Page], snippets: Snippets) -> None:
    (failure,) = failures(page(block("left = [1, 2]\nassert left == [1, 3]")))
    assert failure.startswith("docs/page.md:3: AssertionError: assert [1, 2] == [1, 3]")
    snippets("f.py", "def f(n):\n    assert n == 1\n    return n\n")
    (failure,) = failures(page('```python\n--8<-- "f.py"\n```\n' + block("f(2)")))
    assert failure == "docs/page.md:5: AssertionError: assert 2 == 1"


def test_await_stands_anywhere_and_tasks_live_on(page: Callable[..., Page]) -> None:
    serve = (
        "import asyncio\nqueue = asyncio.Queue()\nasync def serve():\n    while True:\n        print(await queue.get())"
    )
    text = block(serve) + block("task = asyncio.create_task(serve())\nawait asyncio.sleep(0)")
    text += block("queue.put_nowait('a')") + block("await asyncio.sleep(0.01)", "a\n") + block("assert not task.done()")
    text += block("async def count():\n    yield 1\n    yield 2")
    text += block("print([n async for n in count()])", "[1, 2]\n") + block("[n async for n in count()]")
    text += block("async for n in count():\n    print(n)", "1\n2\n")
    text += block("async with asyncio.timeout(1) as limit:\n    print(type(limit).__name__)", "Timeout\n")
    assert failures(page(text + "```pycon\n>>> await asyncio.sleep(0, 5)\n5\n```\n")) == []


def test_blocks_share_a_context(page: Callable[..., Page]) -> None:
    text = block("from contextvars import ContextVar\nwho = ContextVar('who')\nwho.set('ada')")
    text += block("import asyncio\nawait asyncio.sleep(0)\nprint(who.get())\nwho.set('grace')", "ada\n")
    assert failures(page(text + block("print(who.get())", "grace\n"))) == []


def test_blocks_are_modules_to_python(page: Callable[..., Page]) -> None:
    text = block("from __future__ import annotations\nfrom dataclasses import dataclass")
    text += block(
        "@dataclass\nclass Cart:\n    owner: Unknown\n    items: list[str]\nprint(Cart('ada', []))",
        "Cart(owner='ada', items=[])\n",
    )
    text += block("import pickle\nprint(pickle.loads(pickle.dumps(Cart('grace', []))).owner)", "grace\n")
    assert failures(page(text)) == []


def test_pages_do_not_see_each_other(page: Callable[..., Page], snippets: Snippets) -> None:
    snippets("tray.py", "seats = []\n")
    text = block(
        "import os, random, sys, tray\nassert 'ADA' not in os.environ\nos.environ['ADA'] = '1'\nrandom.seed(1)"
    )
    text += block("here = os.getcwd()\nos.chdir('/')\nsys.path.append('/ada')\ntray.seats.append('a')")
    text += block("import tray\nprint(tray.seats, os.environ['ADA'], os.getcwd(), sys.path[-1])", "['a'] 1 / /ada\n")
    text += block("print(random.random())", "0.13436424411240122\n")
    before = Path.cwd(), list(sys.path)
    one, other = page(text), page(text, "docs/other.md")
    for a, b in zip(one.fences, other.fences, strict=True):
        assert one.outcome(a) is None
        assert other.outcome(b) is None
    assert (Path.cwd(), sys.path) == before
    assert "tray" not in sys.modules
    one.close()
    assert failures(one) == []


def test_only_what_stands_above_runs(page: Callable[..., Page]) -> None:
    made = page(block("ran = ['a']") + block("ran.append('b')") + block("1 / 0"))
    assert made.outcome(made.fences[1]) is None
    assert made.namespace["ran"] == ["a", "b"]
    assert len(made.outcomes) == 2


def test_what_has_a_problem_stops_only_what_would_run_after_it(page: Callable[..., Page]) -> None:
    made = page(
        "```bash\nx\n```\n\n"
        + block("print(1)", "1\n")
        + "```{ .python .brakes }\nx\n```\n\n"
        + block("print(1)", "1\n")
    )
    assert [failure.split(":")[1] for failure in failures(made)] == ["1", "13", "17", "21"]
    assert failures(made)[2:] == [f"docs/page.md:{n}: not run, since docs/page.md:13 failed first" for n in (17, 21)]


# -- sessions and consoles -------------------------------------------------


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (">>> 1 + 1\n2\n", ">>> 1 + 1\n3\n"),
        (">>> x = 1\n>>> x\n1\n", ">>> x = 1\n1\n>>> x\n1\n"),
        (">>> for n in 1, 2:\n...     n\n1\n2\n", ">>> for n in 1, 2:\n...     n\n1\n"),
        (">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n", ">>> print('a\\n\\nb')\na\n\nb\n"),
        (">>> 1\n1\n\n>>> 2\n2\n", ">>> 1\n1\n\nprose\n\n>>> 2\n2\n"),
        (">>> print('a ')\na \n", ">>> print('a ')\na\n"),
        (">>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division by zero\n",
         ">>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division\n"),
        (">>> None\n", ">>> None\nNone\n"),
        (">>> [1,\n...  2]\n[1, 2]\n", ">>> [1,\n...  2]\n[1,  2]\n"),
    ],
)  # fmt: skip
def test_a_session_is_compared(page: Callable[..., Page], body: str, wrong: str) -> None:
    assert failures(page(f"```pycon\n{body}```\n")) == []
    (failure,) = failures(page(f"a\n\n```pycon\n{wrong}```\n"))
    assert failure.startswith("docs/page.md:3: the run gave something else; `make record` writes it\n--- the page")


def test_a_session_shares_the_page(page: Callable[..., Page]) -> None:
    assert (
        failures(page(block("x = 2") + "```pycon\n>>> y = x + 1\n>>> y\n3\n```\n\n" + block("print(y)", "3\n"))) == []
    )
    assert failures(page("```pycon\n>>> 1\n1\n>>>2\n```\n"))[0].startswith("docs/page.md:1: not a session: line 3")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("$ echo a\na\n", "$ echo a\nb\n"),
        ("$ echo a \\\n> b\na b\n$ true\n", "$ echo a \\\n> b\na\n"),
        ("$ printf a\na\n", "$ printf a\na\n\n"),
        ("$ echo a >&2; echo\na\n\n", "$ echo a >&2; echo\na\n"),
        ("$ false; echo $?\n1\n", "$ false; echo $?\n0\n"),
        ("$ python -c 'import sybil; print(1)'\n1\n", "$ python -c 'print(1)'\n"),
    ],
)
def test_a_console_is_compared(page: Callable[..., Page], body: str, wrong: str) -> None:
    assert failures(page(f"```console\n{body}```\n")) == []
    (failure,) = failures(page(f"a\n\n```console\n{wrong}```\n"))
    assert failure.startswith("docs/page.md:3: the run gave something else; `make record` writes it\n--- the page")


def test_a_command_that_fails_is_red(page: Callable[..., Page]) -> None:
    (failure,) = failures(page("```console\n$ echo a; exit 3\na\n```\n"))
    assert failure == "docs/page.md:1: `echo a; exit 3` ended with status 3\na\n"


def test_a_console_has_the_environment_of_the_page(page: Callable[..., Page]) -> None:
    """So that commands reach what an earlier block has started, and no other page does."""
    text = block("import os\nos.environ['SHOP_URL'] = 'http://127.0.0.1:1/'")
    console = "```console\n$ echo $SHOP_URL \\\n> twice $SHOP_URL\n{}\n$ echo $SHOP_URL\n{}\n```\n"
    url = "http://127.0.0.1:1/"
    assert failures(page(text + console.format(f"{url} twice {url}", url))) == []
    assert failures(page(console.format("twice", ""), "docs/other.md")) == []


def test_a_console_reaches_the_server_that_a_block_started(page: Callable[..., Page]) -> None:
    serve = """\
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Tea(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Tea, 2.50\\n")

    def log_message(self, *words):
        pass


server = HTTPServer(("127.0.0.1", 0), Tea)
threading.Thread(target=server.serve_forever).start()
os.environ["SHOP_URL"] = f"http://127.0.0.1:{server.server_port}\""""
    stop = block("server.shutdown()\nserver.server_close()")
    made = page(block(serve) + "```console\n$ curl -s $SHOP_URL/\nTea, 2.50\n```\n\n" + stop)
    assert failures(made) == []


# -- data ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "good", "bad", "said"),
    [
        ("json", '{"a": [1]}', '{\n"a": }', "line 5 column 6"),
        ("json", '"a"', "NaN", "NaN"),
        ("toml", "a = 1", "a = 1\nb =", "line 5, column 4"),
        ("toml", "a = 1", "a = 1\na = 2", "Cannot overwrite a value (at line 5, column 6)"),
        ("yaml", "a: [1]\n---\nb: !!python/name:x.y", "a: 1\nb: [", 'docs/page.md, line 6, column 1'),
        ("caddyfile", ":80 {\n\trespond a\n}", ":80 {\n\trespnd a\n}", "docs/page.md:5: unrecognized directive"),
        ('yaml schema="vendor.github-workflows"', "on: push\njobs: {a: {runs-on: x, steps: [{run: a}]}}",
         "on: push\njobs:\n  a: 1", "docs/page.md:6: $.jobs.a: 1 is not of type 'object'"),
        ("caddyfile", ":80 {\n\t@a path_regexp a\n\trespond @a a\n}", ":80 {\n\t@a path_regexp (\n\trespond @a a\n}",
         "missing closing )"),
        ('yaml schema="vendor.nope"', None, "a: 1", "vendor.nope"),
    ],
)  # fmt: skip
def test_data_is_valid(page: Callable[..., Page], language: str, good: str | None, bad: str, said: str) -> None:
    if good:
        assert failures(page(f"a\n\n```{language}\n{good}\n```\n")) == []
    (failure,) = failures(page(f"a\n\n```{language}\n{bad}\n```\n"))
    assert failure.startswith(f"docs/page.md:3: not valid {language.split()[0]}: ")
    assert said in failure
    assert "\n" not in failure


def test_data_in_a_file_is_named_by_its_file(page: Callable[..., Page], snippets: Snippets) -> None:
    path = snippets("a.yaml", "# --8<-- [start:a]\na: 1\nb: [\n# --8<-- [end:a]\n")
    (failure,) = failures(page('```yaml\n--8<-- "a.yaml:a"\n```\n'))
    assert f'in "{path.as_posix()}", line 4'.replace('"', "") in failure


MANIFEST = """\
apiVersion: v1
kind: Service
metadata: {name: store}
spec: {ports: [{port: 6379}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: shop:1
"""
SERVICES = """\
services:
  store:
    image: valkey:9
  web:
    image: shop:1
    depends_on:
      store: {condition: service_healthy}
"""


def assert_refused(made: Page, said: str, name: str, line: int) -> None:
    """Its one fence is, with these words, and at this line of the file, unless that is 0."""
    (failure,) = failures(made)
    assert failure.startswith("docs/page.md:1: not valid yaml: ")
    assert said in failure
    assert not line or f"{name}:{line}:" in failure or f"{name}, line {line}," in failure, failure


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("image: shop:1", "imgae: shop:1", 15, "containers.0: Additional properties are not allowed ('imgae' was"),
        ("image: shop:1", "image: 1", 16, "Deployment spec.template.spec.containers.0.image: 1 is not of type"),
        ("  selector: {matchLabels: {app: web}}\n", "", 9, "Deployment spec: 'selector' is a required property"),
        (
            "kind: Deployment",
            "kind: Deploymnet",
            7,
            "Couldn't find schema for kind Deploymnet with api version apps/v1",
        ),
        ("kind: Deployment", "kind: deployment", 7, "'deployment' is not one of"),
        ("kind: Deployment\n", "", 6, "a document without kind"),
        ("apiVersion: apps/v1\n", "", 6, "a document without apiVersion"),
        ("apiVersion: apps/v1", "apiVersion: apps/v1beta1", 7, "api version apps/v1beta1"),
        ("---\n", "---\n# nothing\n---\n", 7, "a document without apiVersion and kind"),
        ("metadata: {name: web}\n", "metadata: {name: web}\nkind: Job\n", 9, "a second 'kind'"),
        ("          image: shop:1", "         image: shop:1", 16, "while parsing a block collection"),
    ],
    ids=lambda value: "" if isinstance(value, int) else value.strip()[:20],
)
def test_a_manifest_is_held_to_the_schema_of_its_kind(
    page: Callable[..., Page], snippets: Snippets, old: str, new: str, line: int, said: str
) -> None:
    path = snippets("web.yaml", MANIFEST)
    shown, text = '```yaml\n--8<-- "web.yaml"\n```\n', f"```yaml\n{MANIFEST}```\n"
    assert failures(page(shown)) == failures(page(text)) == []
    assert MANIFEST.count(old) == 1
    snippets("web.yaml", MANIFEST.replace(old, new))
    assert_refused(page(shown), said, path.as_posix(), line)
    assert_refused(page(text.replace(old, new)), said, "docs/page.md", line + 1)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("image: shop:1", "imgae: shop:1", 4, "$.services.web: Unevaluated properties are not allowed ('imgae' was"),
        ("image: shop:1", "image: [shop]", 5, "$.services.web.image: ['shop'] is not of type 'string'"),
        ("service_healthy", "service_helthy", 7, "'service_helthy' is not one of ['service_started'"),
        ("services:", "service:", 1, "'service' does not match any of the regexes"),
        ("    image: shop:1\n", "    image: shop:1\n    image: shop:2\n", 6, "a second 'image'"),
        ("    image: shop:1", "   image: shop:1", 6, "mapping values are not allowed"),
        (SERVICES, "# nothing\n", 0, "$: None is not of type 'object'"),
    ],
    ids=lambda value: "" if isinstance(value, int) else value.strip()[:20],
)
def test_a_compose_file_is_held_to_the_schema_of_compose(
    page: Callable[..., Page], snippets: Snippets, old: str, new: str, line: int, said: str
) -> None:
    path = snippets("compose.yaml", SERVICES)
    shown = '```yaml\n--8<-- "compose.yaml"\n```\n'
    assert failures(page(shown)) == []
    snippets("compose.yaml", SERVICES.replace(old, new))
    assert_refused(page(shown), said, path.as_posix(), line)
    bare = f'```yaml schema="vendor.compose-spec"\n{SERVICES.replace(old, new)}```\n'
    assert_refused(page(bare), said, "docs/page.md", line and line + 1)


def test_a_refusal_without_a_word_is_a_refusal(
    page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("caddy", "check-jsonschema"):
        (tmp_path / name).symlink_to(shutil.which("false") or "")
    monkeypatch.setattr(promises, "BIN", tmp_path)
    for fence in ("```caddyfile\n:80\n```\n", '```yaml schema="vendor.compose-spec"\nservices: {}\n```\n'):
        assert len(failures(page(fence))) == 1


def test_a_section_is_held_to_the_schema_with_its_file(page: Callable[..., Page], snippets: Snippets) -> None:
    text = SERVICES.replace("  web:", "  # --8<-- [start:web]\n  web:") + "  # --8<-- [end:web]\n"
    snippets("compose.yaml", text)
    shown = '```yaml\n--8<-- "compose.yaml:web"\n```\n'
    assert failures(page(shown)) == []
    path = snippets("compose.yaml", text.replace("valkey:9", "9"))
    (failure,) = failures(page(shown))
    assert f"{path.as_posix()}:3: $.services.store.image: 9 is not of type 'string'" in failure


def test_what_is_only_yaml_is_only_parsed(page: Callable[..., Page]) -> None:
    for text in ("kind: tea", "- apiVersion: 1", "a: 1\na: 2", "# nothing", "services: 1", "metadata: {}"):
        assert failures(page(f"```yaml\n{text}\n```\n")) == []
    (failure,) = failures(page('```yaml schema="kubernetes"\n# nothing\n```\n'))
    assert failure == "docs/page.md:1: not valid yaml: docs/page.md has no document"
    (failure,) = failures(page('```yaml schema="kubernetes"\nkind: Service\n```\n'))
    assert failure == "docs/page.md:1: not valid yaml: docs/page.md:2: a document without apiVersion"


def test_the_packages_of_snippets_are_each_pages_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without a file would hand the module of one page to the next."""
    monkeypatch.syspath_prepend(str(ROOT / "snippets"))
    text = block("from start.what_state_is import memo\nassert not hasattr(memo, 'seen')\nmemo.seen = 1")
    for name in ("a.md", "b.md"):
        page = Page(text, name)
        assert page.outcome(page.fences[0]) is None
        page.close()
