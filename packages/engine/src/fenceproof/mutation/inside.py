"""What the process of a page is told before it runs: what is read instead of which file, and more.

Nothing on the disk is changed. A program that starts a process of its own has it read the disk.
"""

from __future__ import annotations

import ast
import builtins
import io
import os
import resource
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from types import CodeType, FrameType
from typing import IO, Any

from fenceproof.mutation.guard import forbid_writes

MEMORY = 4 << 30
FILE = 64 << 20
USED: set[str] = set()  # the files below the folders that are watched, as they are asked for
LINES: dict[str, set[int]] = {}  # of those files, the lines that are reached


def prepare(given: dict[str, Any]) -> int:
    """Have this process as it is given; returns its id.

    `texts` are read instead of files, by their paths. Of the Python below `folders` a copy with
    one more comment is read, and what is reached of it is noted. `seconds` is how much of the
    processor it may have, `temporary` the folder for what it writes elsewhere.
    """
    tempfile.tempdir = os.environ["TMPDIR"] = given["temporary"]
    forbid_writes(given["root"], (given["folder"], given["temporary"]))
    if given["seconds"]:
        limit(int(given["seconds"]) + 1)
    if given["folders"]:
        watch(tuple(given["folders"]), has_lines=given["traced"])
    else:
        overlay(given["texts"].get)
    return os.getpid()


def limit(seconds: int) -> None:
    """Bound what a program that went astray can take."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))


def replace(texts: dict[str, str]) -> None:
    """From here on, these texts are read instead of the files at their paths."""
    overlay(texts.get)


def overlay(instead: Callable[[str], str | None]) -> None:
    """From here on, a file is read and imported as what `instead` gives for its path, if any."""
    real_open, real_code = open, SourceFileLoader.get_code

    def text_of(path: object) -> str | None:
        named = isinstance(path, str | os.PathLike)
        return instead(os.path.realpath(str(path))) if named else None

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
        text = text_of(file) if mode in {"r", "rb", "rt"} else None
        if text is None:
            return real_open(file, mode, *args, **kwargs)
        return io.BytesIO(text.encode()) if mode == "rb" else io.StringIO(text)

    def code(self: SourceFileLoader, name: str) -> CodeType | None:
        text = text_of(self.path)
        if text is None:
            return real_code(self, name)
        return compile(text, self.path, "exec", dont_inherit=True)

    builtins.open = io.open = opened  # type: ignore[assignment]
    SourceFileLoader.get_code = code  # type: ignore[method-assign, assignment]


def commented(name: str) -> str:
    """A program as it stands on the disk, but for a comment behind its last statement."""
    with io.FileIO(name) as file:
        return with_comment(file.readall().decode())


def with_comment(text: str) -> str:
    """The program with one more comment."""
    lines = text.split("\n")
    with suppress(SyntaxError):
        for statement in ast.parse(text).body[-1:]:
            lines[(statement.end_lineno or 1) - 1] += "  # and a comment"
    return "\n".join(lines)


def watch(folders: tuple[str, ...], *, has_lines: bool) -> None:
    """Note what is read of the Python below these folders, and which lines are reached."""

    def instead(name: str) -> str | None:
        if not name.startswith(folders) or not os.path.isfile(name):
            return None
        USED.add(name)
        return commented(name) if name.endswith(".py") else None

    overlay(instead)
    if has_lines:  # since that takes longer
        Watching(folders).start()


class Lines:
    """The lines of code below some folders that are not reached yet.

    A code object is kept, so that no other gets its id: to compare two of them takes longer.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = folders
        self._known: dict[int, tuple[CodeType, set[int], set[int]]] = {}

    def of(self, code: CodeType) -> tuple[set[int], set[int]]:
        """The lines of its file that are reached, and its own that are not."""
        if id(code) not in self._known:
            reached, missing = set[int](), set[int]()
            if code.co_filename.startswith(self._folders):
                reached = LINES.setdefault(os.path.realpath(code.co_filename), set())
                missing = {line for _, _, line in code.co_lines() if line} - reached
                reached.add(code.co_firstlineno)
            self._known[id(code)] = code, reached, missing
        return self._known[id(code)][1:]


class Tracing:
    """Watches by a trace function, as Python 3.11 has it."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._lines = Lines(folders)

    def start(self) -> None:
        """Watch this thread, and those that it starts."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, event: str, arg: object) -> Any:
        reached, missing = self._lines.of(frame.f_code)
        if not missing:
            return None

        def line(frame: FrameType, event: str, arg: object) -> Any:
            if event == "line":
                reached.add(frame.f_lineno)
                missing.discard(frame.f_lineno)
                frame.f_trace_lines = bool(missing)
            return line

        return line


if sys.version_info >= (3, 12):
    EVENTS = sys.monitoring.events
    TOOL = 3  # neither that of a debugger, coverage or a profiler, nor the one of `reached`

    class Monitoring:
        """Watches by sys.monitoring, which tells of each line once."""

        def __init__(self, folders: tuple[str, ...]) -> None:
            self._lines = Lines(folders)

        def start(self) -> None:
            """Watch all threads."""
            sys.monitoring.use_tool_id(TOOL, "fenceproof.mutation")
            sys.monitoring.register_callback(TOOL, EVENTS.PY_START, self._enter)
            sys.monitoring.register_callback(TOOL, EVENTS.LINE, self._line)
            sys.monitoring.set_events(TOOL, EVENTS.PY_START)

        def _enter(self, code: CodeType, offset: int) -> object:
            if self._lines.of(code)[1]:
                sys.monitoring.set_local_events(TOOL, code, EVENTS.LINE)
            return sys.monitoring.DISABLE

        def _line(self, code: CodeType, line: int) -> object:
            self._lines.of(code)[0].add(line)
            return sys.monitoring.DISABLE

    Watching = Monitoring
else:
    Watching = Tracing


def noted(given: None) -> dict[str, list[int]]:
    """Which files were read so far, and which lines of them were reached."""
    found: dict[str, set[int]] = {name: set() for name in USED}
    found |= LINES
    return {name: sorted(lines) for name, lines in found.items()}


QUIETLY = (
    "-qx",
    "-pno:cacheprovider",
    "-pno:randomly",
    "-pno:xdist",
    "-Wignore::pytest.PytestAssertRewriteWarning",
)


def passes(given: dict[str, str]) -> bool:
    """Whether a file of tests passes."""
    import pytest

    status = pytest.main([*QUIETLY, f"--rootdir={given['root']}", given["path"]])
    return bool(status == pytest.ExitCode.OK)
