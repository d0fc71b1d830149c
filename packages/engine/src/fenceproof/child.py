"""The process of one page. It is told which block to run and tells what came of it.

What a block prints is caught where the system has it, at the file descriptors 1 and 2, so that
what a child process, a logger or the interpreter itself writes is caught too.
"""

from __future__ import annotations

import ast
import importlib
import io
import os
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from gc import collect
from itertools import chain
from json import dumps, loads  # by name, since a page may put something else in its module
from os import _exit, fstat, getpid, pread
from typing import Any, TextIO

from fenceproof.console import BadStatus, run_console
from fenceproof.forks import Forks
from fenceproof.model import Code, Model
from fenceproof.reached import Reached, follow
from fenceproof.session import RAISED, NotASession, Statement, played

Answer = dict[str, Any]


class Output:
    """What is written to the file descriptors 1 and 2, in the order in which it is written."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as the process)
        self._read = 0
        for descriptor in (1, 2):
            os.dup2(self._file.fileno(), descriptor)
        sys.stdout = _text(1)
        sys.stderr = _text(2)
        vars(sys).update(__stdout__=sys.stdout, __stderr__=sys.stderr)

    def renew(self) -> None:
        """Have a file of its own, in a process that was forked from another page's."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._read = 0
        for descriptor in (1, 2):
            os.dup2(self._file.fileno(), descriptor)

    def taken(self) -> str:
        """What came since this was last asked."""
        sys.stdout.flush()
        sys.stderr.flush()
        size = fstat(self._file.fileno()).st_size
        data = pread(self._file.fileno(), size - self._read, self._read)
        self._read = size
        return data.decode("utf-8", errors="backslashreplace")


def _text(descriptor: int) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)


@dataclass(frozen=True)
class Setting:
    """How a page's process is to be: its module, folder, import path and environment.

    `reached` says that it notes which lines of the programs are reached; `files` has those that
    the page shows.
    """

    module: str
    folder: str
    path: list[str]
    environ: dict[str, str]
    reached: bool = False
    files: list[str] = field(default_factory=list)

    def enter(self) -> None:
        """Have the process so."""
        os.environ.clear()
        os.environ.update(self.environ)
        os.chdir(self.folder)
        sys.path[:] = self.path


class PageProcess:
    """Runs the blocks of a page that it is asked for."""

    def __init__(self, setting: Setting) -> None:
        self.reached = Reached()
        self._start_watching: Callable[[], None] = lambda: None
        self.model = self._model(setting)
        sys.modules[setting.module] = self.model.module
        self.output = Output()
        self.forks = Forks()
        self._process = getpid()

    def _model(self, setting: Setting) -> Model:
        name, change = setting.module, _with_asserts_explained
        if not setting.reached:
            return Model(name, change)
        follow(self.reached, frozenset(setting.files))
        if sys.version_info >= (3, 12):
            from fenceproof.reached import Monitoring

            self._start_watching = Monitoring(self.reached).start
            return Model(name, change, watch=self.reached.watch)
        return Model(name, change, mark=self.reached.mark)

    def answer(self, request: Answer) -> Answer:
        """Run one block: what it printed, what it raised, what it would write on the page."""
        kind = request["kind"]
        if kind == "call":
            return {"value": _named(request["name"])(request["given"])}
        if kind == "missing":
            return {"missing": [astuple(missing) for missing in self.reached.missing()]}
        code = Code(request["text"], request["file"], request["line"], request["inline"])
        error: BaseException | None = None
        written = None
        self._start_watching()
        try:
            if kind == "python":
                self.model.run(code, change=not request["raises"])
            elif kind == "session":
                written = self.session(code)
            else:
                written = run_console(code.text)
        except BaseException as raised:
            error = raised
        if getpid() != self._process:
            self._end_fork(error)
        return self._outcome(error, written)

    def fork(self) -> tuple[int, socket.socket | None]:
        """Fork this page, if that makes two of it which share nothing: (0, None) if not.

        In this process: the id of the other, and the connection to it. In the other: 0, and the
        connection on which it is asked.
        """
        if not self.forks.are_safe():
            return 0, None
        ours, theirs = socket.socketpair()
        process = os.fork()
        if process:
            theirs.close()
            self.forks.add(process)
            return process, ours
        ours.close()
        os.setsid()
        self._process = getpid()
        self.output.renew()
        return 0, theirs

    def _end_fork(self, error: BaseException | None) -> None:
        """End a process that the block forked, and say so where it was not to end here."""
        if not isinstance(error, SystemExit):
            print("a process that the block forked has run on to its end", file=sys.stderr)
        _exit(0)

    def _outcome(self, error: BaseException | None, written: str | None) -> Answer:
        answer: Answer = {"written": written, "last": None, "traceback": "", "failed": False}
        if error is not None:
            answer["failed"] = isinstance(error, BadStatus | NotASession)
            answer["last"] = str(error) if answer["failed"] else self.model.last_line(error)
            answer["traceback"] = _traceback(error)
            error.__traceback__ = None
        del error
        collect()  # so that what objects say when they go is said below their own block
        answer["printed"] = self.output.taken()
        return answer

    def session(self, code: Code) -> str:
        """Run a session; its text as this run would have written it."""

        def run(statement: Statement) -> str:
            source = Code(statement.source, code.file, code.line + statement.line, code.inline)
            self.output.taken()
            try:
                self.model.run(source, "single")
            except Exception as error:
                print(RAISED.format(self.model.last_line(error)), end="")
            return self.output.taken()

        return "\n".join(chain.from_iterable(played(code.text, run)))


def _with_asserts_explained(tree: ast.AST, text: str) -> ast.AST:
    """The tree, in which an assertion that fails says what its parts were, if pytest is there."""
    try:
        from _pytest.assertion.rewrite import rewrite_asserts
    except ModuleNotFoundError:
        return tree
    if isinstance(tree, ast.Module):
        rewrite_asserts(tree, text.encode())
    return tree


def _traceback(error: BaseException) -> str:
    """The traceback from the block on, without the frames of the engine."""
    stack = error.__traceback__
    while stack and stack.tb_frame.f_globals.get("__package__") == __package__:
        stack = stack.tb_next
    while stack and stack.tb_frame.f_code.co_filename.endswith(("asyncio/runners.py", "events.py")):
        stack = stack.tb_next
    return "".join(traceback.format_exception(type(error), error, stack))


def serve(connection: socket.socket) -> None:
    """Be the process of the page that the other end names first, until it closes."""
    with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as talk:
        setting = Setting(**loads(talk.readline()))
        setting.enter()
        page = PageProcess(setting)
        _talk(page, connection, talk)
        page.model.close()


def _talk(page: PageProcess, connection: socket.socket, talk: TextIO) -> None:
    """Answer until the other end closes."""
    for line in talk:
        request = loads(line)
        if request["kind"] != "fork":
            talk.write(dumps(page.answer(request)) + "\n")
            talk.flush()
            continue
        process, other = page.fork()
        if other and not process:
            with other, other.makefile("rw", encoding="utf-8", newline="\n") as its_talk:
                _talk(page, other, its_talk)
            return
        said = dumps({"process": process}).encode()
        socket.send_fds(connection, [said], [other.fileno()] if other else [])
        if other:
            other.close()


def _named(name: str) -> Callable[[Any], Any]:
    """The function `module:name`."""
    module, _, function = name.partition(":")
    found: Callable[[Any], Any] = getattr(importlib.import_module(module), function)
    return found
