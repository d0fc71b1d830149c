"""What a page's programs do to each other, to the run and to the reader: each trap is a page."""

from __future__ import annotations

import os
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


def results(site: Site, text: str, *, seconds: float = 60) -> list[Result]:
    """What comes of each fence of a page."""
    path = site.config.docs / "page.md"
    path.write_text(text, "utf-8")
    page = site.page(path)
    with page.running(seconds=seconds) as run:
        return [run.result(fence) for fence in page.fences]


def problems(site: Site, text: str, *, seconds: float = 60) -> list[str]:
    """The problem of each fence of a page; an empty text for one that is right."""
    return [result.problem for result in results(site, text, seconds=seconds)]


def python(*bodies: str) -> str:
    """A page of programs."""
    return "\n".join(f"```python\n{body}\n```\n" for body in bodies)


def output(text: str) -> str:
    return f"\n```{{ .text .output }}\n{text}\n```\n"


def test_a_page_has_one_namespace(site: Site) -> None:
    page = python("x = 20", "async def f():\n    return x + 1", "print(await f())") + output("21")
    assert problems(site, page) == ["", "", "", ""]


def test_a_wrong_output_is_told_with_its_difference(site: Site) -> None:
    said = problems(site, python("print(1)\nprint(2)") + output("1\n3"))
    assert said[0] == ""
    assert said[1].endswith("--- the page\n+++ the run\n@@ -1,2 +1,2 @@\n 1\n-3\n+2")


def test_an_error_is_told_where_it_is(site: Site, write: Write) -> None:
    write("snippets/shop.py", "def pay():\n    raise ValueError('no money')\n")
    page = python("x = 1") + '```python\n--8<-- "shop.py"\n```\n\n' + python("pay()", "y = 2")
    first, included, raises, below = results(site, page)
    assert (first.ok, included.ok) == (True, True)
    assert raises.problem == "the block raises an error: ValueError: no money"
    assert 'snippets/shop.py", line 2, in pay' in raises.traceback
    assert 'page.md", line 9, in <module>' in raises.traceback
    assert "fenceproof" not in raises.traceback.replace(str(site.config.root), "")
    assert below.problem == "not run, since docs/page.md:8 failed first"


def test_an_assertion_says_what_its_parts_were(site: Site) -> None:
    (said,) = problems(site, python("total = 3\nassert total + 1 == 5"))
    assert "assert (3 + 1) == 5" in said


def test_an_error_that_the_page_shows(site: Site) -> None:
    error = "\n```{ .text .error }\nKeyError: 'tea'\n```\n"
    assert problems(site, python("{}['tea']") + error) == ["", ""]
    nothing = "the block above was to raise this, and it raised nothing"
    assert problems(site, python("x = 1") + error) == ["", nothing]


def test_a_session_is_run(site: Site) -> None:
    session = "```pycon\n>>> x = 20\n>>> def f():\n...     return x\n>>> f() + 1\n{}\n```\n"
    assert problems(site, session.format(21)) == [""]
    assert "-22\n+21" in problems(site, session.format(22))[0]
    (said,) = problems(site, "```pycon\n>>>x\n>>> 1\n```\n")
    assert said == "line 1 lacks a space after its prompt: >>>x"


def test_a_console_is_run_by_the_shell_that_readers_have(site: Site) -> None:
    console = "```console\n$ [[ tea == t* ]] && echo \\\n>   yes\n{}\n```\n"
    assert problems(site, console.format("yes")) == [""]
    assert "-no\n+yes" in problems(site, console.format("no"))[0]
    (said,) = problems(site, "```console\n$ false\n```\n")
    assert said == "`false` ended with status 1\n"


# -- what a reader gets and the page does not show ---------------------------------------

UNSHOWN = "the block prints something that the page does not show"


@pytest.mark.parametrize(
    ("body", "printed"),
    [
        ("print('tea')", "tea\n"),
        ("import os\n_ = os.write(1, b'tea\\n')", "tea\n"),
        ("import sys\n_ = sys.stderr.write('tea\\n')", "tea\n"),
        ("import subprocess\n_ = subprocess.run(['echo', 'tea'])", "tea\n"),
        ("import logging\nlogging.warning('tea')", "WARNING:root:tea\n"),
        ("import warnings\nwarnings.warn('tea')", "UserWarning: tea"),
        ("async def f():\n    return 1\n\n_ = f()\ndel _", "coroutine 'f' was never awaited"),
        ("class A:\n    def __del__(self):\n        1 / 0\n\nA()", "ZeroDivisionError"),
        (
            "class A:\n    def __del__(self):\n        1 / 0\n\na = A()\na.a = a\ndel a",
            "ZeroDivisionError",
        ),
        (
            "import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()",
            "ZeroDivisionError",
        ),
    ],
)
def test_whatever_is_printed_is_shown_or_the_fence_says_why(
    body: str, printed: str, site: Site
) -> None:
    said, other = problems(site, python(body, "x = 1"))
    assert said.startswith(UNSHOWN)
    assert printed in said
    assert other == "not run, since docs/page.md:1 failed first"
    explained = python(body).replace("```python", '```python unshown="a child says it"', 1)
    assert problems(site, explained) == [""]


def test_a_reason_for_no_output_is_refused(site: Site) -> None:
    page = python("x = 1").replace("```python", '```python unshown="a child says it"', 1)
    unneeded = "unshown= is not needed: the block prints nothing that the page does not show"
    assert problems(site, page) == [unneeded]
    shown = python("print(1)") + output("1")
    refused = problems(site, shown.replace(".output", '.output unshown="a"'))
    assert refused[1] == "unshown= is for programs that run: this fence is output"
    said = problems(site, page.replace("a child says it", " "))
    assert said == ['unshown="" says nothing: write why the page leaves the output out']


def test_output_is_in_the_order_in_which_it_came(site: Site) -> None:
    body = "import os, sys\nprint(1)\n_ = os.write(2, b'2\\n')\nprint(3, file=sys.stderr)\n_ = os.system('echo 4')"
    assert problems(site, python(body) + output("1\n2\n3\n4")) == ["", ""]


def test_what_no_page_can_show_is_refused(site: Site) -> None:
    said = problems(site, python("print('\\x1b[31mred')") + output("\x1b[31mred"))
    assert said[1] == "the run gives the control character '\\x1b', which no page can show"
    said = problems(site, python("print('a\\u202eb')") + output("a\u202eb"))
    assert said[1] == "the run gives the control character '\\u202e', which no page can show"
    said = problems(site, python("print('\\udc80')"))
    assert said[0].startswith("the block raises an error: UnicodeEncodeError: ")


# -- a page is alone ----------------------------------------------------------------------

LEAKS = [
    "import json\njson.dumps = lambda value: 'leaked'",
    "import time\ntime.time = lambda: 0.0",
    "import builtins\nbuiltins.leaked = 1",
    "import decimal\ndecimal.getcontext().prec = 2",
    "from pathlib import Path\n_ = Path('leaked.txt').write_text('1')",
    "import sys\nsys.modules['leaked'] = sys",
    "import sys\nsys.setrecursionlimit(100_000)",
    "import logging\nlogging.getLogger().addHandler(logging.NullHandler())",
    "import os\nos.environ['LEAKED'] = '1'",
    "import os\nos.mkdir('gone')\nos.chdir('gone')\nos.rmdir('../gone')",
    "import random\nrandom.seed(1)",
    "import locale\n_ = locale.setlocale(locale.LC_ALL, 'C')",
    "import signal\n_ = signal.signal(signal.SIGTERM, signal.SIG_IGN)",
]

CLEAN = """\
import builtins, decimal, json, logging, os, sys, time
assert json.dumps(1) == "1"
assert time.time() > 1
assert not hasattr(builtins, "leaked")
assert decimal.getcontext().prec == 28
assert not os.path.exists("leaked.txt")
assert "leaked" not in sys.modules
assert sys.getrecursionlimit() < 100_000
assert not logging.getLogger().handlers
assert "LEAKED" not in os.environ
assert os.path.isdir("docs")
"""


@pytest.mark.parametrize("leak", LEAKS)
def test_nothing_leaks_from_page_to_page(leak: str, site: Site) -> None:
    assert problems(site, python(leak)) == [""]
    assert problems(site, python(CLEAN)) == [""]
    assert not (site.config.root / "leaked.txt").exists()


def test_a_page_finds_the_files_of_its_site(site: Site, write: Write) -> None:
    write("snippets/prices.txt", "tea 3")
    assert problems(
        site, python("print(open('snippets/prices.txt').read())") + output("tea 3")
    ) == ["", ""]


@pytest.mark.parametrize(
    "body",
    [
        "import os\nos._exit(0)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "import ctypes\nctypes.string_at(0)",
    ],
)
def test_a_block_that_ends_its_process_is_red(body: str, site: Site) -> None:
    said = problems(site, python("x = 1", body, "y = 2"))
    assert said[:2] == ["", "the block ends the process, so nothing below it can be told"]
    assert said[2] == "not run, since docs/page.md:5 failed first"


@pytest.mark.parametrize(
    "body", ["raise SystemExit", "raise KeyboardInterrupt", "import sys\nsys.exit(0)"]
)
def test_a_block_that_ends_the_program_is_red(body: str, site: Site) -> None:
    said = problems(site, python(body, "y = 2"))
    assert said[0].startswith("the block raises an error: ")


def test_a_block_that_hangs_is_red(site: Site) -> None:
    said = problems(site, python("import threading\n_ = threading.Event().wait()"), seconds=0.5)
    assert said == ["the block did not end in 0.5 s"]


def test_a_fork_does_not_double_the_run(site: Site) -> None:
    body = "import os\nif not (pid := os.fork()):\n    raise SystemExit\n_ = os.waitpid(pid, 0)"
    assert problems(site, python(body, "print(1)") + output("1")) == ["", "", ""]
    (said,) = problems(site, python("import os\nif pid := os.fork():\n    _ = os.waitpid(pid, 0)"))
    assert (
        said == f"{UNSHOWN}: put a {{ .text .output }} fence below it, or say in its header why "
        'not: unshown="…"\na process that the block forked has run on to its end\n'
    )


def test_the_environment_is_that_of_the_run(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEA", "green")
    assert problems(site, python("import os\nprint(os.environ['TEA'])") + output("green")) == [
        "",
        "",
    ]
    assert os.environ["TEA"] == "green"


def test_a_site_starts_what_it_needs_and_ends_it(own_site: Site) -> None:
    assert problems(own_site, python("x = 1")) == [""]
    server = own_site.zygote._process
    own_site.close()
    assert server.returncode == 0


def test_a_page_that_hangs_is_ended_with_its_server(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "fenceproof.zygote.START", "import fenceproof.zygote as z; z.GRACE = 0.1; z.main()"
    )
    code = "import os\nprint(os.getpid())"
    path = own_site.config.docs / "page.md"
    text = python(code, "while True:\n    pass")
    path.write_text(text.replace("```python", '```python unshown="its number"', 1), "utf-8")
    page = own_site.page(path)
    with page.running() as run:
        pid = int(run.result(page.fences[0]).printed)
        monkeypatch.setattr(run, "_seconds", 0.5)
        assert run.result(page.fences[1]).problem == "the block did not end in 0.5 s"
    own_site.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
