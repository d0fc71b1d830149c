"""A page that is run: in a process and a folder of its own, from the top down to what is asked."""

from __future__ import annotations

import difflib
import json
import os
import re
import select
import socket
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fenceproof import data
from fenceproof.block import Block
from fenceproof.fence import Fence, Role
from fenceproof.reached import Missing
from fenceproof.unreached import unreached_problems
from fenceproof.zygote import Zygote

if TYPE_CHECKING:
    from fenceproof.site import SourcePage

UNNEEDED = "unshown= is not needed: the block prints nothing that the page does not show"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
UNSHOWN = (
    "the block prints something that the page does not show: put a { .text .output } fence "
    'below it, or say in its header why not: unshown="…"'
)


@dataclass(frozen=True)
class Result:
    """What came of a fence.

    `problem` says why its promise is not kept, and is empty where it is; `traceback` is that of
    an error which the page does not show. `printed` is what a program printed. `written` is what
    the run would have written in the fence, where it is one that shows something of a run.
    """

    fence: Fence
    problem: str = ""
    traceback: str = ""
    printed: str = ""
    written: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the promise is kept."""
        return not self.problem

    @property
    def is_stale(self) -> bool:
        """Whether all there is to say is that the run would have written something else."""
        return self.written is not None and self.written != self.fence.source.text


class Running:
    """A page while it runs. Use it as a context; `result` asks for one fence.

    Args:
        page: the page.
        zygote: where its process comes from.
        root: the folder whose entries the page finds in its own.
        path: where its imports are looked for, before the usual places.
        seconds: how long one block may take.
        reached: whether its process notes which lines are reached, so that `unreached` can tell.
        past_stale: whether what is below a session or a console that shows something else runs too.
    """

    def __init__(
        self,
        page: SourcePage,
        zygote: Zygote,
        root: Path,
        path: list[str],
        seconds: float = 120,
        reached: bool = False,
        past_stale: bool = False,
    ) -> None:
        self.page = page
        self._zygote, self._root, self._path, self._seconds = zygote, root, path, seconds
        self._reached, self._past_stale = reached, past_stale
        self._blocks = {fence.line: block for block in page.blocks for fence in block.fences}
        self._results: dict[int, Result] = {}
        self._answers: dict[int, dict[str, Any]] = {}
        self._failed: Fence | None = None  # the program after which no other runs

    def __enter__(self) -> Running:
        self._folder = tempfile.TemporaryDirectory(prefix="page-")
        for entry in self._root.iterdir():
            if not entry.name.startswith("."):
                Path(self._folder.name, entry.name).symlink_to(entry)
        name = self.page.name.rpartition(".")[0].replace("/", ".").replace("-", "_")
        setting: dict[str, object] = {
            "module": name,
            "folder": self._folder.name,
            "path": [*self._path, *(entry for entry in sys.path if entry)],
            "environ": os.environ | {"PATH": _path()} | self._zygote.environ,
            "reached": self._reached,
            "files": [str(fence.source.path) for fence in self.page.fences if fence.include],
        }
        self._connection = self._zygote.start(setting)
        self._talk = self._connection.makefile("rw", encoding="utf-8", newline="\n")
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.shutdown(socket.SHUT_WR)
        self._talk.close()
        self._connection.close()
        self._folder.cleanup()

    def result(self, fence: Fence) -> Result:
        """What came of a fence, once all above it have had their turn."""
        for above in self.page.fences:
            if above.line not in self._results:
                self._results[above.line] = self._attempt(above)
            if above.line == fence.line:
                break
        return self._results[fence.line]

    def unreached(self) -> list[str]:
        """What is wrong with lines that the whole page does not reach."""
        if self.page.fences:
            self.result(self.page.fences[-1])
        if self._failed:
            return [f"{self._failed.where} failed, so it cannot be told which lines are reached"]
        answer = self._ask({"kind": "missing"})
        if "died" in answer:
            return [f"{self.page.name}: {answer['died']}"]
        missing = [Missing(*entry) for entry in answer["missing"]]
        return unreached_problems(self.page.fences, missing)

    def execute(self, code: str) -> None:
        """Run code that is not on the page, in its process and its namespace.

        Raises: RuntimeError, with the traceback of the code or the way in which its process ended.
        """
        request = {"kind": "python", "text": code, "file": "<execute>", "line": 1}
        answer = self._ask(request | {"inline": True, "raises": False})
        if "died" in answer or answer["last"] is not None:
            raise RuntimeError(answer.get("died") or answer["traceback"])

    def _attempt(self, fence: Fence) -> Result:
        if fence.problem:
            return Result(fence, fence.problem)
        runs = fence.role in {Role.EXECUTED, Role.OUTPUT, Role.ERROR}
        if runs and self._failed:
            return Result(fence, f"not run, since {self._failed.where} failed first")
        if fence.role is Role.VALIDATED:
            return Result(fence, data.problem(fence, self.page.name_of(fence.source.path)))
        block = self._blocks.get(fence.line)
        if fence.role is Role.EXECUTED and block:
            result = self._run(block)
            if not result.ok and not (self._past_stale and result.is_stale):
                self._failed = fence
            return result
        if fence.role is Role.OUTPUT and block:
            return compared(fence, self._answers[block.program.line]["printed"])
        if fence.role is Role.ERROR and block:
            return self._raised(fence, block)
        return Result(fence)

    def _raised(self, fence: Fence, block: Block) -> Result:
        last = self._answers[block.program.line]["last"]
        if last is None:
            return Result(fence, "the block above was to raise this, and it raised nothing")
        return compared(fence, f"{last}\n")

    def _run(self, block: Block) -> Result:
        program = block.program
        answer = self._ask(_request(block))
        if "died" in answer:
            return Result(program, answer["died"])
        self._answers[program.line] = answer
        if answer["last"] is not None and not block.error:
            words = "" if answer["failed"] else "the block raises an error: "
            problem = f"{words}{answer['last']}"
            return Result(program, problem, answer["traceback"], answer["printed"])
        if not block.is_python:
            result = compared(program, answer["written"])
            return result if result.problem else _unshown(program, answer["printed"], result)
        result = Result(program, printed=answer["printed"])
        if block.output and "unshown" not in program.header.options:
            return result
        return _unshown(program, answer["printed"], result)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Have the process do something; what it says, or how it died."""
        try:
            self._talk.write(json.dumps(request) + "\n")
            self._talk.flush()
            if not select.select([self._connection], [], [], self._seconds)[0]:
                return {"died": f"the block did not end in {self._seconds:g} s"}
            line = self._talk.readline()
        except OSError:
            line = ""
        if not line:
            return {"died": "the block ends the process, so nothing below it can be told"}
        answer: dict[str, Any] = json.loads(line)
        return answer


def _request(block: Block) -> dict[str, Any]:
    """What the process is asked, so that it runs a block."""
    source = block.program.source
    return {
        "kind": "python" if block.is_python else "session" if block.is_session else "console",
        "text": source.text,
        "file": str(source.path),
        "line": source.line,
        "inline": block.program.include is None,
        "raises": block.error is not None,
    }


def _path() -> str:
    """Where commands are looked for: first beside the Python that runs, as if it were activated."""
    return os.pathsep.join(filter(None, [str(Path(sys.executable).parent), os.environ.get("PATH")]))


def _unshown(fence: Fence, printed: str, kept: Result) -> Result:
    """The result, unless the program printed what the page neither shows nor says."""
    if "unshown" in fence.header.options:
        return kept if printed else replace(kept, problem=UNNEEDED)
    if not printed:
        return kept
    return Result(fence, f"{UNSHOWN}\n{printed}", printed=printed, written=kept.written)


def compared(fence: Fence, actual: str) -> Result:
    """What the page shows held against what the run gave, to the letter."""
    if control := CONTROL.search(actual):
        problem = f"the run gives the control character {control[0]!r}, which no page can show"
        return Result(fence, problem, printed=actual)
    expected = fence.source.text
    if expected == actual:
        return Result(fence, written=actual)
    lines = difflib.unified_diff(
        _lines(expected), _lines(actual), "the page", "the run", n=1, lineterm=""
    )
    problem = "the run gave something else; record it and read the difference\n" + "\n".join(lines)
    return Result(fence, problem, written=actual)


def _lines(text: str) -> list[str]:
    """The lines of a text for a difference, in which a missing last newline can be seen."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return lines if text.endswith("\n") or not text else [*lines, "(no newline at the end)"]
