"""The blocks of a page, run in the reader's browser as the tests run them.

One namespace for each page; an include runs under its own file and lines; a
`>>>` session gives the session as it went. What an edited include says is
also what a later `import` of it gets.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import importlib.metadata
import io
import itertools
import json
import linecache
import os
import random
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
from fenceproof.model import Code, Model
from fenceproof.session import RAISED, Statement, played

SITE = library.SITE
SNIPPETS = SITE / "snippets"

Block = dict[str, Any]


class Page:
    """One page: its model, which is that of the tests, and what its blocks did to the process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = SITE / "docs" / f"{name}.md"
        module = "docs." + name.replace("/", ".").replace("-", "_")
        self.model = Model(module, lambda tree, text: Explained().visit(tree))
        self.module = self.model.module
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
            with contextlib.suppress(Exception):
                self.model.close()

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
        """Execute code of a block, from this line of it on, in the namespace of the page."""
        inline = not block.get("file")
        name = f"{self.path.name}#{block['key']}" if inline else self.include(block)
        first = block.get("line", 1)
        if inline or first > 1:  # else it is in the file
            lines = [*"\n" * (first - 1), *block["source"].splitlines(keepends=True)]
            linecache.cache[name] = (len(lines), None, lines, name)
        self.files.add(name)
        file = str(self.path) if inline else name
        self.model.run(Code(source, file, first + line - 1, inline, name), mode, change=explain)

    def include(self, block: Block) -> str:
        """The file of a block; it says from now on what the block says."""
        places = [SNIPPETS / block["file"], SITE / block["file"]]
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

        def run(statement: Statement) -> str:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                try:
                    self.run(block, statement.source, "single", statement.line + 1)
                except Exception as error:
                    print(RAISED.format(self.model.last_line(error)), end="")
            return out.getvalue()

        newline = ""
        for lines in played(block["source"], run):
            print(newline * bool(lines) + "\n".join(lines), end="")
            newline = "\n"

    # -- what went wrong ---------------------------------------------------

    def report(self, error: BaseException) -> dict[str, Any]:
        """The error for the reader: its last line, its traceback folded, the line of the block that it came from."""
        trace = traceback.TracebackException.from_exception(error)
        frames = [frame for frame in trace.stack if frame.filename in self.files]
        line = frames[-1].lineno if frames else None
        if isinstance(error, SyntaxError) and error.filename in self.files:
            line = error.lineno
        self.fold(trace, first=True)
        text = "".join(trace.format()).replace(f"{self.module.__name__}.", "")
        return {"last": self.model.last_line(error), "traceback": text, "line": line}

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
