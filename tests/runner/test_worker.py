"""What the worker does with a block: run it as CI does, say what happened, and refuse what it must."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.runner.conftest import Worker

CART = "start/what_state_is/cart.py"


def test_one_namespace_for_each_page(worker: Worker) -> None:
    assert [one.ok for one in worker.run("x = 1", "assert x == 1")] == [True, True]
    assert worker.run("print(x)", page="start/another")[0].error["last"] == "NameError: name 'x' is not defined"
    assert worker.run({"source": "print(x)", "key": "later"}, reset=False)[0].stdout == "1\n"
    assert not worker.run("print(x)")[0].ok


def test_what_ran_is_not_run_again_unless_asked(worker: Worker) -> None:
    first = {"source": "n = 0", "key": "a"}, {"source": "n += 1; print(n)", "key": "b"}
    assert [one.stdout for one in worker.run(*first)] == ["", "1\n"]
    again = worker.run(first[0], first[1] | {"again": True}, reset=False)
    assert [(one.skipped, one.stdout) for one in again] == [(True, ""), (False, "2\n")]
    assert worker.run(first[0] | {"source": "n = 7"}, first[1] | {"again": True}, reset=False)[1].stdout == "8\n"


def test_nothing_runs_below_a_block_that_failed(worker: Worker) -> None:
    results = worker.run("1 / 0", "print(1)")
    assert [one.ok for one in results] == [False]
    assert results[0].messages[-1]["fallen"] == "block-0"
    results = worker.run({"source": "1 / 0", "raises": True}, "print(1)", {"source": "2", "raises": True})
    assert [(one.ok, one.stdout, one.error.get("last")) for one in results] == [
        (True, "", "ZeroDivisionError: division by zero"),
        (True, "1\n", None),
        (False, "", None),
    ]


def test_await_at_the_top_over_several_blocks(worker: Worker) -> None:
    results = worker.run(
        "import asyncio\nqueue = asyncio.Queue()\ntask = asyncio.create_task(queue.get())\nawait asyncio.sleep(0)",
        "await queue.put('tea')\nprint(await task)",
        "from contextvars import ContextVar\nv = ContextVar('v')\nv.set(1)",
        "print(v.get())",
    )
    assert [one.stdout for one in results] == ["", "tea\n", "", "1\n"]


SESSION = """\
>>> x = [1,
...      2]
>>> x
[1, 2]

>>> print("a\\n\\nb")
a
<BLANKLINE>
b
>>> import asyncio
>>> await asyncio.sleep(0, "tea")
'tea'
>>> x[7]
Traceback (most recent call last):
    ...
IndexError: list index out of range
"""


def test_a_session_is_given_as_it_went(worker: Worker) -> None:
    wrong = SESSION.replace("[1, 2]\n", "[1, 3]\n[4]\n")
    for source in (SESSION, SESSION.rstrip("\n"), wrong):
        (result,) = worker.run({"source": source, "language": "pycon"})
        assert result.stdout.rstrip("\n") == SESSION.rstrip("\n")


def test_an_error_shows_the_reader_s_own_lines(worker: Worker) -> None:
    source = (
        "from starlette.testclient import TestClient\n"
        "from start.what_state_is.cart import make_app\n"
        "class Odd(Exception): pass\n"
        "async def app(scope, receive, send):\n"
        "    raise Odd('no tea')\n"
        "TestClient(app).get('/')\n"
    )
    (result,) = worker.run({"source": source, "key": "odd"})
    assert result.error["last"] == "Odd: no tea"
    assert result.error["line"] == 5
    lines = result.error["traceback"].splitlines()
    assert lines[:3] == [
        "Traceback (most recent call last):",
        '  File "a-page.md#odd", line 6, in <module>',
        "    TestClient(app).get('/')",
    ]
    assert lines[-3:] == ['  File "a-page.md#odd", line 5, in app', "    raise Odd('no tea')", "Odd: no tea"]
    assert sum("frames in" in line for line in lines) == 1
    assert "in page" not in worker.run("if x")[0].error["traceback"]
    assert "/lib/" not in result.error["traceback"]


@pytest.mark.parametrize(
    ("source", "last", "line"),
    [
        ("x = 1\nif x\n", "SyntaxError: expected ':'", 2),
        ("n = 2\nassert n * n == 5", "AssertionError: assert 4 == 5", 2),
        ("assert 1 in [], 'why'", "AssertionError: why", 1),
        ("import subprocess\nraise KeyboardInterrupt", "TimeoutError: stopped after 60 s", 2),
        ("def f():\n    return f()\n\nf()", "RecursionError: maximum recursion depth exceeded", 2),
        ("raise ExceptionGroup('g', [ValueError(1)])", "ExceptionGroup: g (1 sub-exception)", 1),
        ("raise SystemExit(3)", "SystemExit: 3", 1),
        ("input('name? ')", "EOFError: input() asks somebody at a terminal, and a page has none: ", 1),
        ("import threading\nthreading.Thread(target=print).start()", "RuntimeError: can't start new thread", 2),
    ],
)
def test_errors(worker: Worker, source: str, last: str, line: int) -> None:
    (result,) = worker.run(source)
    assert result.error["last"].startswith(last)
    assert result.error["line"] == line
    assert worker.run("print('still here')")[0].stdout == "still here\n"


def test_an_include_runs_under_its_own_file(worker: Worker) -> None:
    source = '"""Doc."""\n\nprint(__file__.rpartition("/")[2], __doc__, __name__)\n1 / 0\n'
    (result,) = worker.run({"source": source, "file": "start/odd.py"})
    assert result.stdout == "odd.py Doc. docs.start.a_page\n"
    (result,) = worker.run({"source": "\n1 / 0\n", "file": CART, "line": 10, "edited": True})
    assert 'File "start/what_state_is/cart.py", line 11' in result.error["traceback"]
    assert result.error["line"] == 11


def test_an_edited_include_is_what_a_later_import_gets(worker: Worker) -> None:
    look = "from start.what_state_is import cart\nprint(getattr(cart, 'edited', 'as it was'))"
    edit = {"source": "edited = 'by the reader'", "file": CART, "edited": True, "key": "cart"}
    before, _, after = worker.run(look, edit, {"source": look, "key": "after"})
    assert [before.stdout, after.stdout] == ["as it was\n", "by the reader\n"]
    assert worker.run(look, page="start/another")[0].stdout == "as it was\n"
    assert worker.run({"source": look, "key": "once more"}, reset=False)[0].stdout == "by the reader\n"
    assert worker.run(look)[0].stdout == "as it was\n"


def test_what_a_page_does_to_the_process_is_its_own(worker: Worker) -> None:
    worker.run("import os, sys, random\nos.environ['A'] = '1'\nos.chdir('/tmp')\nsys.path.append('/x')")
    look = "import os, sys\nprint(os.environ.get('A'), os.getcwd() == '/tmp', '/x' in sys.path)"
    assert worker.run(look, page="start/another")[0].stdout == "None False False\n"
    assert worker.run({"source": look, "key": "look"}, reset=False)[0].stdout == "1 True True\n"


def test_output_is_streamed_and_bounded(worker: Worker) -> None:
    source = "import time, sys\nprint('a')\nprint('e', file=sys.stderr)\ntime.sleep(0.2)\nprint('b', end='')"
    (result,) = worker.run(source)
    assert [(one["stream"], one["text"]) for one in result.messages if one["type"] == "output"] == [
        ("stdout", "a\n"),
        ("stderr", "e\n"),
        ("stdout", "b"),
    ]
    (result,) = worker.run("for n in range(100_000):\n    print('0123456789')", "print('é' * 3, '<b>&')")[:1]
    assert len(result.stdout) == 200_000
    assert "more than 200 kB" in result.stderr
    assert len(result.messages) < 500


def test_an_endless_loop_meets_its_limit(worker: Worker) -> None:
    stubborn = (
        "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt:\n        break\nprint('ok')"
    )
    for source in ("while True: pass", "import time\ntime.sleep(60)", "import asyncio\nawait asyncio.sleep(60)"):
        (result,) = worker.run(source, limit=300)
        assert result.error["last"] == "TimeoutError: stopped after 0.3 s"
    assert worker.run(stubborn, limit=300)[0].stdout == "ok\n"


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nasyncio.run(asyncio.Event().wait())",
        "import threading\nthreading.Event().wait()",
        "import queue\nqueue.Queue().get()",
    ],
)
def test_what_would_hang_is_told(worker: Worker, source: str) -> None:
    (result,) = worker.run(source)
    assert result.error["last"].endswith("Deadlock: waiting for something that no task is going to do")


@pytest.mark.parametrize(
    "source",
    [
        "from js import fetch\nawait fetch('https://other.example/')",
        "import httpx2\nasync with httpx2.AsyncClient() as client:\n    await client.get('https://other.example/')",
        "from js import XMLHttpRequest\nXMLHttpRequest.new()",
        "from js import WebSocket\nWebSocket.new('wss://other.example')",
        "import urllib.request\nurllib.request.urlopen('https://other.example')",
        "import socket\nsocket.create_connection(('other.example', 80), timeout=1)",
    ],
)
def test_no_other_host_is_reached(worker: Worker, source: str) -> None:
    worker.requests.clear()
    (result,) = worker.run(source)
    assert result.error
    assert not [name for name in worker.requests if "example" in name]


def test_the_rest_of_the_library_comes_when_asked_for(worker: Worker) -> None:
    worker.fresh()
    worker.warm()
    worker.requests.clear()
    source = "import xml.dom.minidom, encodings.koi8_r\nprint(xml.dom.minidom.parseString('<a/>').toxml()[-4:])"
    assert worker.run(source)[0].stdout == "<a/>\n"
    assert worker.run("import wsgiref.util, colorsys")[0].ok  # the second is in what is fetched after the start
    assert worker.requests[0].startswith("rest")
    asked = [name[:4] for name in worker.requests]
    assert (asked.count("rest"), asked.count("stdl")) == (1, 1)
    assert {*asked} <= {"rest", "stdl", "pack", "runn"}  # the last two when their turn comes
    assert (
        worker.run("import no_such_module")[0].error["last"] == "ModuleNotFoundError: No module named 'no_such_module'"
    )


def test_sqlite_and_files(worker: Worker) -> None:
    source = (
        "import sqlite3, tempfile\nfrom pathlib import Path\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    path = Path(folder, 'a.db')\n"
        "    with sqlite3.connect(path) as db:\n"
        "        db.execute('create table t (n)')\n"
        "        db.execute('insert into t values (7)')\n"
        "    db.close()\n"
        "    print(sqlite3.connect(f'{path.as_uri()}?mode=ro', uri=True).execute('select n from t').fetchone())\n"
    )
    assert worker.run(source)[0].stdout == "(7,)\n"


def test_the_next_worker_starts_from_the_memory_that_was_kept(worker: Worker) -> None:
    def fetched() -> bool:
        worker.requests.clear()
        worker.fresh()
        assert worker.warm()["from"] == "memory"
        return any(name.startswith("memory") for name in worker.requests)

    for kept in worker.folder.iterdir():
        kept.unlink()
    assert fetched()
    assert worker.run("import asyncio\nprint(1)")[0].ok
    for _ in range(100):
        if kept_now := [*worker.folder.iterdir()]:
            break
        time.sleep(0.1)
    assert len(kept_now) == 1
    assert not fetched()
    program = "import gc, random, sqlite3\ngc.collect()\nimport starlette.testclient\nprint(random.random())"
    (first,) = worker.run(program)
    assert first.ok, first.error
    assert first.stderr == ""
    assert not fetched()
    assert worker.run(program)[0].stdout != first.stdout, "each start has its own chance"
    kept_now[0].write_bytes(bytes(64))
    assert fetched(), "a memory that is none is passed over"
    assert worker.run(program)[0].ok


def test_without_a_network_it_says_so_and_the_next_worker_can(worker: Worker) -> None:
    worker.fresh(offline=True)
    failed = worker.warm()
    assert (failed["type"], failed["retry"]) == ("failed", True)
    worker.fresh()
    assert worker.run("print(1)")[0].stdout == "1\n"
