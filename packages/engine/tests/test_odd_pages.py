"""Pages that look odd and are right: none of their fences may be red."""

from __future__ import annotations

import pytest

from fenceproof import Site
from fenceproof.zygote import Zygote


def python(*bodies: str) -> str:
    """A page of programs."""
    return "\n".join(f"```python\n{body}\n```\n" for body in bodies)


def output(text: str) -> str:
    return f"\n```{{ .text .output }}\n{text}\n```\n"


def error(text: str) -> str:
    return f"\n```{{ .text .error }}\n{text}\n```\n"


def below(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


ONE = python("print(1)") + output("1")
PAGES = {
    "commands that lean on each other": "```console\n$ printf 'a\\nb\\n' | tail -1\nb\n$ x=1; echo $((x + 1))\n2\n```\n",
    "empty lines in a session": "```pycon\n>>> for i in range(2):\n...     print(i)\n...\n0\n1\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n```\n",
    "tasks": python("import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 1\n\nprint(await asyncio.gather(f(), f()))") + output("[1, 1]"),
    "an object that says when it goes": python("class A:\n    def __del__(self):\n        print('gone')\n\na = A()\ndel a") + output("gone"),
    "a warning that is caught": python("import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    warnings.warn('x')\nprint(w[0].message)") + output("x"),
    "a child process": python("import subprocess, sys\n_ = subprocess.run([sys.executable, '-c', 'print(1)'], check=True)") + output("1"),
    "a handler of an earlier block": python("import logging\nlogging.basicConfig(level='INFO', format='%(message)s')", "logging.info('tea')") + output("tea"),
    "another stdout for a while": python("import io, sys\nold, sys.stdout = sys.stdout, io.StringIO()\nprint('a')\ntext = sys.stdout.getvalue()\nsys.stdout = old\nprint(text, end='')") + output("a"),
    "the first stdout": python("import sys\nprint('tea', file=sys.__stdout__)") + output("tea"),
    "other line endings": ("# T\n\n" + python("print('a')\n\nprint('b')") + output("a\nb")).replace("\n", "\r\n"),
    "a byte order mark and front matter": "\ufeff---\ntitle: a\n---\n" + ONE,
    "front matter that ends with dots": "---\ntitle: 'a: b'\ntags: [x]\n...\n\n" + ONE,
    "front matter of MultiMarkdown": "title: a\nauthor: b\n\n" + ONE,
    "no front matter, and a rule": "---\n\n" + ONE + "\n---\n",
    "all attributes, in a list in a note": "!!! note \"a ```\"\n\n    - a\n\n        ~~~~ { .py title=\"a 'b'\" hl_lines=\"1\" linenums=\"5\" }\n        print('```')\n        ~~~~\n\n        ~~~~ { .text .output }\n        ```\n        ~~~~\n",
    "annotations": "``` { .py .annotate }\nx = 1 # (1)!\n```\n\n1.  A note.\n",
    "a form feed": python("x = 1\n\x0c\ndef f():\n    return x\n\nprint(f())") + output("1"),
    "tabs that do the same": f'=== "A"\n\n{below(ONE, "    ")}\n=== "B"\n\n{below(ONE, "    ")}\n' + ONE,
    "signs of many parts": python("print('👩\u200d👩\u200d👧', 'é', '日本')") + output("👩\u200d👩\u200d👧 é 日本"),
    "a thread": python("import threading\nt = threading.Thread(target=print, args=('tea',))\nt.start()\nt.join()") + output("tea"),
    "a fork": python("import os\npid = os.fork()\nif not pid:\n    print('child', flush=True)\n    os._exit(0)\n_ = os.waitpid(pid, 0)") + output("child"),
    "a group of errors": python("raise ExceptionGroup('x', [ValueError(1)])") + error("ExceptionGroup: x (1 sub-exception)"),
    "an error with a note": python("e = ValueError('x')\ne.add_note('n')\nraise e") + error("ValueError: x\nn"),
    "an exit": python("raise SystemExit(3)") + error("SystemExit: 3"),
    "a table": "| a | b |\n|---|---|\n| `x` | `#!python y` |\n\n" + ONE,
    "a definition": "Term\n\n:   a\n\n" + below(ONE, "    "),
    "a footnote": "a[^1]\n\n" + python("x = 5") + "\n[^1]: b\n\n" + below(python("print(x)") + output("5"), "    "),
    "a quotation": below(ONE, "> ").replace("\n\n", "\n>\n"),
    "details": f"<details markdown>\n<summary>More</summary>\n\n{ONE}\n</details>\n",
    "Markdown that is shown": '````{ .markdown .not-run reason="it shows Markdown" }\n```python\n1 / 0\n```\n````\n',
    "an include that is printed": python("print('--8<-- \"x\"')") + '\n```{ .text .output }\n;--8<-- "x"\n```\n',
    "a patch": python("from unittest import mock\nwith mock.patch('time.time', return_value=1.0):\n    import time\n    print(time.time())") + output("1.0"),
    "a class that is pickled": python("import pickle\nclass A:\n    pass\n\nprint(type(pickle.loads(pickle.dumps(A()))).__name__)") + output("A"),
    "a signal": python("import signal\nold = signal.signal(signal.SIGUSR1, lambda *a: print('usr'))\nsignal.raise_signal(signal.SIGUSR1)\n_ = signal.signal(signal.SIGUSR1, old)") + output("usr"),
    "quotes in a title": "```{ .python title=\"a 'file'.py\" #one }\nx = 1\n```\n",
    "prose in comments": python("x = 1  # one cart\ny = x + 1  # the next\nprint(y)  # see below") + output("2"),
    "raw HTML beside it": "<pre></pre>\n\n<textarea></textarea>\n\n" + ONE,
}  # fmt: skip


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_it_is_right(text: str, own_site: Site, zygote: Zygote) -> None:
    own_site.zygote = zygote
    path = own_site.config.docs / "page.md"
    path.write_bytes(text.encode())
    page = own_site.page(path)
    assert page.fences
    with page.running(reached=True) as run:
        results = [run.result(fence) for fence in page.fences]
        assert [result.problem for result in results if not result.ok] == []
        assert run.unreached() == []
