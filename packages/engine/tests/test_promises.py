"""What a page's blocks promise, and how it is told that they do not keep it: each is a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fenceproof import Result, Site
from fenceproof.zygote import Zygote

Write = Callable[[str, str], Path]


@pytest.fixture
def site(own_site: Site, zygote: Zygote) -> Site:
    """A site whose pages are run."""
    own_site.zygote = zygote
    return own_site


def results(site: Site, text: str, name: str = "page.md") -> list[Result]:
    """What comes of each fence of a page."""
    path = site.config.docs / name
    path.write_text(text, "utf-8")
    page = site.page(path)
    with page.running() as run:
        return [run.result(fence) for fence in page.fences]


def failures(site: Site, text: str, name: str = "page.md") -> list[str]:
    """What is wrong, fence by fence, with its place."""
    made = results(site, text, name)
    return [f"{result.fence.where}: {result.problem}" for result in made if not result.ok]


def block(code: str, output: str | None = None, error: str | None = None) -> str:
    text = f"```python\n{code}\n```\n\n"
    text += f"```{{ .text .output }}\n{output}```\n\n" if output is not None else ""
    return text + (f"```{{ .text .error }}\n{error}```\n\n" if error is not None else "")


OTHER = (
    "the run gave something else; record it and read the difference\n--- the page\n+++ the run\n"
)

# -- outputs ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "output"),
    [
        ("print('a')", "a\n"),
        ("print('a  ')", "a  \n"),
        ("print('\\n a\\n\\n')", "\n a\n\n\n"),
        ("print('a\\tb')", "a\tb\n"),
        ("print('Åda 🛒\\u2028.')", "Åda 🛒\u2028.\n"),
        ("print('a', end=''); print('b')", "ab\n"),
        ("import sys; _ = sys.stdout.write('a\\n'); print('b', file=sys.stdout)", "a\nb\n"),
        (
            "import threading as t; a = t.Thread(target=print, args=['a']); a.start(); a.join()",
            "a\n",
        ),
        ("import asyncio\nasync def f(): print('a')\nasyncio.run(f())", "a\n"),
        ("print(';--8<-- \"x\"'[1:])", ';--8<-- "x"\n'),
        ("x = 1", ""),
    ],
)
def test_what_is_printed_is_compared_to_the_letter(code: str, output: str, site: Site) -> None:
    assert failures(site, block(code, output)) == []
    shown = [f"{output}x\n", f"{output}\n", f"{output} \n", f" {output}"]
    shown.append(f"{output.replace('a', 'e')}-\n")
    for wrong in shown:
        if wrong.endswith("\n"):
            (failure,) = failures(site, block(code, wrong))
            line = 4 + code.count("\n") + 1
            assert failure.startswith(f"docs/page.md:{line}: {OTHER}")


def test_a_difference_is_a_diff(site: Site) -> None:
    (failure,) = failures(site, block("print('a\\nb\\nc', end='')", "a\nB\nc\n"))
    difference = "@@ -1,3 +1,4 @@\n a\n-B\n+b\n c\n+(no newline at the end)"
    assert failure == f"docs/page.md:5: {OTHER}{difference}"


def test_the_client_prints_from_its_own_thread(site: Site) -> None:
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
    assert failures(site, block(code, "served\nhi\n")) == []


def test_what_an_earlier_block_keeps_of_stdout_is_compared_in_a_later_one(site: Site) -> None:
    text = block("from sys import stdout\nprint('a')", "a\n")
    text += block("_ = stdout.write('b\\n')", "b\n")
    assert failures(site, text) == []
    assert len(failures(site, text.replace("b\n```\n\n", "```\n\n"))) == 1


def test_an_output_in_a_file_is_compared(site: Site, write: Write) -> None:
    write("snippets/out.txt", "a\n\nb\n")
    assert failures(site, block("print('a\\n\\nb')", '--8<-- "out.txt"\n')) == []
    assert len(failures(site, block("print('a\\nb')", '--8<-- "out.txt"\n'))) == 1


# -- errors -----------------------------------------------------------------------------

DECODE = "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n"


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
        (
            "raise ExceptionGroup('two', [ValueError(1), KeyError(2)])",
            "ExceptionGroup: two (2 sub-exceptions)\n",
        ),
        ("raise SystemExit(2)", "SystemExit: 2\n"),
        ("import asyncio\nraise asyncio.CancelledError", "asyncio.exceptions.CancelledError\n"),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise OSError('a') from e", "OSError: a\n"),
        ("assert 1 == 2", "AssertionError\n"),
        ("assert 1 == 2, 'one is not two'", "AssertionError: one is not two\n"),
        ("x = (", "SyntaxError: '(' was never closed\n"),
        ("import json\njson.loads('x')", DECODE),
        ("import asyncio\nawait asyncio.wait_for(asyncio.sleep(9), 0)", "TimeoutError\n"),
    ],
)  # fmt: skip
def test_an_error_is_compared_by_type_and_message(code: str, error: str, site: Site) -> None:
    below = block("print('on')", "on\n")
    assert failures(site, block(code, error=error) + below) == []
    shown = f"x{error}", f"{error[:-1]} \n", f"{error.rpartition(':')[0]}: x\n", f"{error}x\n"
    for wrong in shown:
        line = 5 + code.count("\n")
        (failure,) = failures(site, block(code, error=wrong))
        assert failure.startswith(f"docs/page.md:{line}: {OTHER}")


def test_a_block_shows_what_it_printed_and_then_what_it_raised(site: Site) -> None:
    code = "print('a')\nraise ValueError('b')"
    assert failures(site, block(code, "a\n", "ValueError: b\n")) == []
    said = failures(site, block(code, "c\n", "ValueError: c\n"))
    assert [failure[:15] for failure in said] == ["docs/page.md:6:", "docs/page.md:10"]


def test_what_is_raised_and_not_shown_is_red_and_named(site: Site) -> None:
    text = "# T\n\n" + block("x = 1\ny = 0") + block("print('a')\n\nx / y", "a\n")
    text += block("z = 1") + "```yaml\na: 1\n```\n"
    assert failures(site, text) == [
        "docs/page.md:8: the block raises an error: ZeroDivisionError: division by zero",
        "docs/page.md:14: not run, since docs/page.md:8 failed first",
        "docs/page.md:18: not run, since docs/page.md:8 failed first",
    ]


# -- running ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "error"),
    [
        (block("def f():\n    raise ValueError('a')\nx = 1") + block("y = 1\nf()"), 2, "ValueError: a"),
        (block("x = 1\nx y"), 3, "SyntaxError: invalid syntax"),
        ("!!! note\n\n    ```python\n    x = 1\n    y = (\n    ```\n", 5, "SyntaxError: '(' was never closed"),
    ],
)  # fmt: skip
def test_lines_are_those_of_the_page(text: str, line: int, error: str, site: Site) -> None:
    red = [result for result in results(site, text) if not result.ok]
    assert red[0].problem == f"the block raises an error: {error}"
    at = line if error.startswith("Syntax") else line + 1
    assert f'docs/page.md", line {at}' in red[0].traceback


def test_lines_are_those_of_the_program(site: Site, write: Write) -> None:
    write(
        "snippets/f.py",
        "# --8<-- [start:a]\nx = 1\n# --8<-- [end:a]\n\n\n"
        "class A:\n    # --8<-- [start:b]\n    1 / 0\n    # --8<-- [end:b]\n",
    )
    text = '```python\n--8<-- "f.py:a"\n```\n\n```python\nassert x == 1\n```\n\n'
    first, second, third = results(site, text + '```python\n--8<-- "f.py:b"\n```\n')
    assert (first.ok, second.ok) == (True, True)
    assert 'snippets/f.py", line 8, in <module>\n    1 / 0\n' in third.traceback


def test_await_stands_anywhere_and_tasks_live_on(site: Site) -> None:
    serve = "import asyncio\nqueue = asyncio.Queue()\nasync def serve():\n    while True:\n"
    text = block(f"{serve}        print(await queue.get())")
    text += block("task = asyncio.create_task(serve())\nawait asyncio.sleep(0)")
    text += block("queue.put_nowait('a')") + block("await asyncio.sleep(0.01)", "a\n")
    text += block("assert not task.done()")
    text += block("async def count():\n    yield 1\n    yield 2")
    text += block("print([n async for n in count()])", "[1, 2]\n")
    text += block("async for n in count():\n    print(n)", "1\n2\n")
    limit = "async with asyncio.timeout(1) as limit:\n    print(type(limit).__name__)"
    text += block(limit, "Timeout\n")
    assert failures(site, text + "```pycon\n>>> await asyncio.sleep(0, 5)\n5\n```\n") == []


def test_blocks_share_a_context(site: Site) -> None:
    text = block("from contextvars import ContextVar\nwho = ContextVar('who')\n_ = who.set('ada')")
    ask = "import asyncio\nawait asyncio.sleep(0)\nprint(who.get())\n_ = who.set('grace')"
    text += block(ask, "ada\n")
    assert failures(site, text + block("print(who.get())", "grace\n")) == []


def test_blocks_are_modules_to_python(site: Site) -> None:
    text = block("from __future__ import annotations\nfrom dataclasses import dataclass")
    cart = (
        "@dataclass\nclass Cart:\n    owner: Unknown\n    items: list[str]\nprint(Cart('ada', []))"
    )
    text += block(cart, "Cart(owner='ada', items=[])\n")
    copy = "import pickle\nprint(pickle.loads(pickle.dumps(Cart('grace', []))).owner)"
    assert failures(site, text + block(copy, "grace\n")) == []


def test_the_packages_of_programs_are_each_pages_own(
    site: Site, write: Write, zygote: Zygote
) -> None:
    """A package without a file would hand the module of one page to the next."""
    write("snippets/stall/tray.py", "seats = []\n")
    shop = Site(site.config.root, path=("snippets",))
    shop.zygote = zygote
    text = block("from stall import tray\nassert not tray.seats\ntray.seats.append('a')")
    assert failures(shop, text) == failures(shop, text, "other.md") == []


def test_only_what_stands_above_runs(site: Site) -> None:
    text = block("print('a')", "a\n") + block("print('b')", "b\n") + block("1 / 0")
    path = site.config.docs / "page.md"
    path.write_text(text, "utf-8")
    page = site.page(path)
    with page.running() as run:
        assert run.result(page.fences[3]).ok
        assert len(run._results) == 4


def test_what_has_a_problem_stops_only_what_would_run_after_it(site: Site) -> None:
    said = failures(
        site,
        "```bash\nx\n```\n\n"
        + block("print(1)", "1\n")
        + block("1 / 0")
        + block("print(1)", "1\n"),
    )
    assert [failure.split(":")[1] for failure in said] == ["1", "13", "17", "21"]
    stopped = [f"docs/page.md:{n}: not run, since docs/page.md:13 failed first" for n in (17, 21)]
    assert said[2:] == stopped


# -- sessions and consoles ----------------------------------------------------------------


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
def test_a_session_is_compared(body: str, wrong: str, site: Site) -> None:
    assert failures(site, f"```pycon\n{body}```\n") == []
    (failure,) = failures(site, f"a\n\n```pycon\n{wrong}```\n")
    assert failure.startswith(f"docs/page.md:3: {OTHER}")


def test_a_session_shares_the_page(site: Site) -> None:
    session = "```pycon\n>>> y = x + 1\n>>> y\n3\n```\n\n"
    assert failures(site, block("x = 2") + session + block("print(y)", "3\n")) == []
    (failure,) = failures(site, "```pycon\n>>> 1\n1\n>>>2\n```\n")
    assert failure.startswith("docs/page.md:1: line 3 lacks a space after its prompt: >>>2")


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
def test_a_console_is_compared(body: str, wrong: str, site: Site) -> None:
    assert failures(site, f"```console\n{body}```\n") == []
    (failure,) = failures(site, f"a\n\n```console\n{wrong}```\n")
    assert failure.startswith(f"docs/page.md:3: {OTHER}")


def test_a_command_that_fails_is_red(site: Site) -> None:
    (failure,) = failures(site, "```console\n$ echo a; exit 3\na\n```\n")
    assert failure == "docs/page.md:1: `echo a; exit 3` ended with status 3\na\n"


def test_a_console_has_the_environment_of_the_page(site: Site) -> None:
    """So that commands reach what an earlier block has started, and no other page does."""
    text = block("import os\nos.environ['SHOP_URL'] = 'http://127.0.0.1:1/'")
    console = "```console\n$ echo $SHOP_URL \\\n> twice $SHOP_URL\n{}\n$ echo $SHOP_URL\n{}\n```\n"
    url = "http://127.0.0.1:1/"
    assert failures(site, text + console.format(f"{url} twice {url}", url)) == []
    assert failures(site, console.format("twice", ""), "other.md") == []


def test_a_console_reaches_the_server_that_a_block_started(site: Site) -> None:
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
    get = "import os, urllib.request as u; print(u.urlopen(os.environ['SHOP_URL']).read())"
    console = f"```console\n$ python -c \"{get}\"\nb'Tea, 2.50\\n'\n```\n\n"
    assert failures(site, block(serve) + console + stop) == []
