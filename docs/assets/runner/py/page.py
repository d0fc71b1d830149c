"""The blocks of a page, run in the reader's browser as the tests run them.

One namespace for each page; an include runs under its own file and lines; a
`>>>` session gives the session as it went. What an edited include says is
also what a later `import` of it gets.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import contextlib
import contextvars
import gc
import importlib.metadata
import inspect
import io
import itertools
import json
import linecache
import os
import random
import re
import sys
import traceback
from asyncio import events
from collections.abc import Callable, Iterator
from importlib.machinery import FileFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import library
import threadless

SITE = library.SITE
SNIPPETS = SITE / "snippets"
FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
EXAMPLE = re.compile(r"^>>> ?.*(?:\n\.\.\.(?: .*|$))*", re.M)
ANSWER = re.compile(r"(?:\n(?!>>>)(?!\s*$).+)*")

Block = dict[str, Any]


class Page:
    """One page: its namespace, and what its blocks did to the process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = SITE / "docs" / f"{name}.md"
        self.module = ModuleType("docs." + name.replace("/", ".").replace("-", "_"))
        self.context = contextvars.copy_context()
        self.runner: asyncio.Runner | None = None
        self.future = 0  # the `from __future__` flags of its blocks
        self.done: dict[str, str] = {}  # the source of each block that ran, by its key
        self.files: set[str] = set()  # whose lines are the reader's own
        self.edits: dict[Path, str] = {}  # what the included files say now
        self.loops: list[threadless.Loop] = []
        self.process = process()
        self.snippets: dict[str, ModuleType] = {}

    def close(self) -> None:
        """End what the blocks left running."""
        with self.entered():
            threadless.reset()
            if self.runner:
                with contextlib.suppress(Exception):
                    self.runner.close()

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """The process as this page left it, and afterwards as it was outside."""
        outside, theirs = process(), imported()
        threadless.live[:] = self.loops
        put(self.process, self.snippets)
        write(self.edits)
        sys.modules[self.module.__name__] = self.module
        try:
            yield
        finally:
            self.process, self.snippets, self.loops = process(), imported(), threadless.live[:]
            sys.modules.pop(self.module.__name__, None)
            put(outside, theirs)
            write({path: ORIGINAL[path] for path in self.edits})

    def play(self, block: Block) -> dict[str, Any]:
        """Run one block; what it raised, in words."""
        error = None
        with self.entered():
            events._set_running_loop(None)  # Pyodide says that its own is running
            try:
                if block["language"] == "pycon":
                    self.session(block)
                else:
                    self.run(block, block["source"], "exec", 1, explain=not block.get("raises"))
            except BaseException as raised:
                error = raised
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
        self.done[block["key"]] = block["source"]
        if isinstance(error, KeyboardInterrupt):
            error = TimeoutError(f"stopped after {block['limit'] / 1000:g} s").with_traceback(error.__traceback__)
        ok = bool(error) == bool(block.get("raises"))
        return {"ok": ok, "error": self.report(error) if error else None}

    def run(self, block: Block, source: str, mode: str, line: int, explain: bool = False) -> None:
        """Execute code in the namespace; the page has one event loop and one context."""
        inline = not block.get("file")
        name = f"{self.path.name}#{block['key']}" if inline else self.include(block)
        text = "\n" * (block.get("line", 1) + line - 2) + source
        if inline or block.get("line", 1) > 1:  # else it is in the file
            lines = [*"\n" * (block.get("line", 1) - 1), *block["source"].splitlines(keepends=True)]
            linecache.cache[name] = (len(lines), None, lines, name)
        self.files.add(name)
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | (self.future if inline else 0)
        tree = compile(text, name, mode, flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        code = compile(Explained().visit(tree) if explain else tree, name, mode, flags, dont_inherit=True)
        self.future |= code.co_flags & FUTURE if inline else 0
        namespace = self.module.__dict__
        namespace["__file__"] = str(self.path) if inline else name
        if code.co_flags & inspect.CO_COROUTINE:
            self.runner = self.runner or asyncio.Runner()
            self.runner.run(eval(code, namespace), context=self.context)
        else:
            self.context.run(exec, code, namespace)

    def include(self, block: Block) -> str:
        """The file of a block; it says from now on what the block says."""
        places = [SNIPPETS / block["file"], SITE / block["file"]]
        if not any(path.is_file() for path in places):
            library.bring("sources")
        path = next((path for path in places if path.is_file()), places[0])
        if block.get("line", 1) == 1 and path.is_file():
            text, now = block["source"], path.read_text("utf-8")
            if text.rstrip("\n") != now.rstrip("\n") and (block.get("edited") or path in self.edits):
                ORIGINAL.setdefault(path, now)
                self.edits[path] = text
                forget()
                write({path: text})
        return str(path)

    def session(self, block: Block) -> None:
        """Run a `>>>` session, and print it as it went."""
        text, at, newline = block["source"], 0, ""
        lines = text.split("\n")
        for example in EXAMPLE.finditer(text):
            first = text.count("\n", 0, example.start())
            prompts = example[0].split("\n")
            source = "\n".join(line[4:] for line in prompts) + "\n"
            with contextlib.redirect_stdout(io.StringIO()) as out:
                try:
                    self.run(block, source, "single", first + 1)
                except Exception as error:
                    out.write("Traceback (most recent call last):\n    ...\n" + self.last_line(error) + "\n")
            printed = out.getvalue().removesuffix("\n").split("\n") if out.getvalue() else []
            written = [""] * lines[at:first].count("") + prompts + [line or "<BLANKLINE>" for line in printed]
            print(newline + "\n".join(written), end="")
            answer = ANSWER.match(text, example.end())
            at, newline = first + len(prompts) + (answer[0].count("\n") if answer else 0), "\n"
        print("\n" * lines[at:].count(""), end="")

    # -- what went wrong ---------------------------------------------------

    def last_line(self, error: BaseException) -> str:
        """`Type: message`, and its notes, with the page's own types unqualified."""
        lines = itertools.dropwhile(lambda line: line.startswith("  "), traceback.format_exception_only(error))
        return "".join(lines).removesuffix("\n").removeprefix(f"{self.module.__name__}.")

    def report(self, error: BaseException) -> dict[str, Any]:
        """The error for the reader: its last line, its traceback folded, the line of the block that it came from."""
        trace = traceback.TracebackException.from_exception(error)
        frames = [frame for frame in trace.stack if frame.filename in self.files]
        line = frames[-1].lineno if frames else None
        if isinstance(error, SyntaxError) and error.filename in self.files:
            line = error.lineno
        self.fold(trace, first=True)
        text = "".join(trace.format()).replace(f"{self.module.__name__}.", "")
        return {"last": self.last_line(error), "traceback": text, "line": line}

    def fold(self, trace: traceback.TracebackException, first: bool = False) -> None:
        """Fold the frames of libraries, in this error and in those it came from."""
        stack = list(trace.stack)
        if first:  # what called the block
            stack = list(itertools.dropwhile(lambda frame: not self.owns(frame.filename), stack))
        trace.stack = Folded(frame for frame in stack)
        trace.stack.owns = self.owns
        if getattr(trace, "filename", None):
            trace.filename = short(trace.filename)
        for other in [trace.__cause__, trace.__context__, *(trace.exceptions or [])]:
            if other:
                self.fold(other)

    def owns(self, name: str) -> bool:
        """Whether a file is the reader's to change."""
        return name in self.files or name.startswith(f"{SNIPPETS}/")


class Folded(traceback.StackSummary):
    """A stack in which each run of library frames is one line."""

    owns: Callable[[str], bool]

    def format(self, **options: Any) -> list[str]:
        written: list[str] = []
        for own, group in itertools.groupby(self, lambda frame: self.owns(frame.filename)):
            frames = list(group)
            if own:
                for frame in frames:
                    frame.filename = short(frame.filename)
                written += traceback.StackSummary.from_list(frames).format(**options)
            else:
                names = ", ".join(dict.fromkeys(package(frame.filename) for frame in frames))
                written.append(f"  … {len(frames)} {'frame' if len(frames) == 1 else 'frames'} in {names}\n")
        return written


def short(name: str) -> str:
    """The name of a file as the page has it."""
    return name.removeprefix(f"{SNIPPETS}/").removeprefix(f"{SITE}/")


def package(name: str) -> str:
    """The library that a file belongs to."""
    inside = name.partition(".zip/")[2] or Path(name).name
    return inside.partition("/")[0].removesuffix(".py")


class Explained(ast.NodeTransformer):
    """`assert a == b` says what `a` and `b` were, if it says nothing else."""

    def visit_Assert(self, node: ast.Assert) -> ast.AST | list[ast.stmt]:
        if node.msg or not isinstance(node.test, ast.Compare) or len(node.test.ops) > 1:
            return node
        left, right = node.test.left, node.test.comparators[0]
        names = [ast.Name(f"@{side}", ast.Load()) for side in ("left", "right")]
        kept = [ast.Assign([ast.Name(name.id, ast.Store())], value) for name, value in zip(names, [left, right])]  # noqa: B905
        sign = ast.unparse(ast.Compare(ast.Name("a"), node.test.ops, [ast.Name("b")]))[1:-1]
        shown = [ast.FormattedValue(name, ord("r")) for name in names]
        node.test = ast.Compare(names[0], node.test.ops, [names[1]])
        node.msg = ast.JoinedStr([ast.Constant("assert "), shown[0], ast.Constant(sign), shown[1]])
        new: list[ast.stmt] = [*kept, node]
        return [ast.fix_missing_locations(ast.copy_location(statement, node)) for statement in new]


# -- the process -----------------------------------------------------------

ORIGINAL: dict[Path, str] = {}  # what edited files said before
PAGES: dict[str, Page] = {}


def imported() -> dict[str, ModuleType]:
    """The modules and packages of snippets/ that are imported."""

    def place(module: ModuleType) -> str:
        path = getattr(module, "__path__", None)
        return getattr(module, "__file__", None) or next(iter(path or ()), "")

    modules = {name: module for name, module in [*sys.modules.items()] if isinstance(module, ModuleType)}
    return {name: module for name, module in modules.items() if place(module).startswith(f"{SNIPPETS}/")}


def forget() -> None:
    """Have every snippet imported anew."""
    for name in imported():
        del sys.modules[name]
    for path, finder in [*sys.path_importer_cache.items()]:
        if finder is None:
            del sys.path_importer_cache[path]
        elif isinstance(finder, FileFinder):  # not those of archives, which never change and may still be on their way
            finder.invalidate_caches()


def process() -> tuple[dict[str, str], str, list[str], Any]:
    """What a block may change: environment, folder, path, chance."""
    return dict(os.environ), os.getcwd(), sys.path[:], random.getstate()


def put(taken: tuple[dict[str, str], str, list[str], Any], snippets: dict[str, ModuleType]) -> None:
    """Put back what was taken, and which snippets are imported."""
    environ, folder, path, chance = taken
    for name in os.environ.keys() - environ.keys():
        del os.environ[name]
    os.environ.update(environ)
    os.chdir(folder)
    sys.path[:] = path
    random.setstate(chance)
    forget()
    sys.modules.update(snippets)


def write(files: dict[Path, str]) -> None:
    """Have files say this."""
    for path, text in files.items():
        path.write_text(text, "utf-8")
        linecache.checkcache(str(path))


def no_input(prompt: object = "") -> str:
    """In place of `input`."""
    raise EOFError("input() asks somebody at a terminal, and a page has none: write the answer into the program")


def prepare() -> None:
    """All that can be done before there is a page, and be kept in a snapshot."""
    sys.path[:] = [str(SNIPPETS), str(SITE), *sys.path, library.TESTING]
    sys.meta_path.append(library.Finder)
    builtins.input = no_input
    threadless.install()
    importlib.metadata.MetadataPathFinder.invalidate_caches()  # it keeps archives open, which no snapshot can
    gc.collect()


def begin(fetch: Callable[[str], Any], sleep: Callable[[float], object] | None, lazy: str) -> None:
    """Take from the worker what only it has."""
    library.fetch = lambda name: bytes(fetch(name).to_bytes())
    library.lazy.update({name: set(tops) for name, tops in json.loads(lazy).items()})
    threadless.idle = sleep or threadless.idle
    random.seed()
    os.chdir(SITE)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def open_page(name: str, reset: bool) -> None:
    """Have a namespace for this page; a new one where it is to be reset."""
    if reset and name in PAGES:
        PAGES.pop(name).close()
    PAGES.setdefault(name, Page(name))


def has_run(name: str, key: str, source: str) -> bool:
    """Whether this very block ran already."""
    return PAGES[name].done.get(key) == source


def play(name: str, block: str) -> str:
    """Run a block of a page: JSON in, JSON out."""
    return json.dumps(PAGES[name].play(json.loads(block)))
