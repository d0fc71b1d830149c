"""A page that runs down to a fence, and changed pages that go on from there."""

from __future__ import annotations

import json
import os
import signal
import socket
import tempfile
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from fenceproof.fence import Role
from fenceproof.mutation.mutants import MARK, Mutant
from fenceproof.placement import Place, misplaced
from fenceproof.running import Result, Running

if TYPE_CHECKING:
    from fenceproof.site import Site, SourcePage
    from fenceproof.zygote import Zygote

CALLS = "fenceproof.mutation.inside"
ENDED = ("the block did not end in", "the block ends the process")
LONG = 600.0  # seconds that a block may take of which nothing is known yet
PATIENCE = 10.0  # seconds that a block may take, beyond three times what its page took
PROCESSOR = 3.0  # the same of the processor, beyond four times that
Files = dict[str, tuple[int, int]]


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    HUNG = "hung"  # it did not end, or took its process down
    SURVIVED = "survived"


class Stage(Running):
    """A page while it runs, in a process that is told what to read instead of which file.

    Args:
        site: the site of the page.
        page: the page.
        seconds: how long the whole page took, 0 if that is not known yet.
        bounded: whether it may take little more than that.
        texts: what is read instead of the files at these paths.
        folders: where the programs are that are watched.
        traced: whether their lines are watched too.
        zygote: where its process comes from, else from where all pages of the site do.
    """

    def __init__(
        self,
        site: Site,
        page: SourcePage,
        *,
        seconds: float = 0,
        bounded: bool = False,
        texts: dict[str, str] | None = None,
        folders: tuple[str, ...] = (),
        traced: bool = False,
        zygote: Zygote | None = None,
    ) -> None:
        super().__init__(page, zygote or site.zygote, site.config.root, site.import_path, LONG)
        self._most = PATIENCE + 3 * seconds if seconds else LONG
        self.processor = PROCESSOR + 4 * seconds
        self._given = {
            "root": str(site.config.root),
            "texts": texts or {},
            "folders": list(folders),
            "traced": traced,
            "seconds": self.processor if bounded else 0,
        }

    def __enter__(self) -> Stage:
        super().__enter__()
        self._temporary = tempfile.TemporaryDirectory(prefix="page-")
        folders = {"temporary": self._temporary.name, "folder": self._folder.name}
        given = self._given | folders
        self.process = int(self.call("prepare", given))  # type: ignore[call-overload]
        self._seconds = self._most  # from here on it is the page that takes it
        return self

    def __exit__(self, *error: object) -> None:
        kill(self.process, self._connection)
        super().__exit__()
        self._temporary.cleanup()

    def call(self, name: str, given: object) -> object:
        """Have a function of `inside` called in the process; None if that has ended."""
        answer = self._ask({"kind": "call", "name": f"{CALLS}:{name}", "given": given})
        return answer.get("value")

    def reach(self, at: int) -> None:
        """Run down to a fence. Raises: ValueError, where one above it is not right."""
        for fence in self.page.fences[:at]:
            result = self.result(fence)
            if not result.ok:
                raise ValueError(f"{fence.where} fails before any mutant: {result.problem}")

    def files(self) -> Files:
        """The files that the page has written, as far as it can be asked where."""
        found = {}
        for top in (self._folder.name, self._temporary.name):
            for base, folders, names in os.walk(top):
                for name in [*folders, *names]:
                    path = os.path.join(base, name)
                    with suppress(FileNotFoundError):
                        status = os.lstat(path)
                        found[path] = status.st_size, status.st_mtime_ns
        return found

    def fork(self) -> tuple[int, socket.socket] | None:
        """A fork of the process, and the connection to it; None where the page is not to be."""
        try:
            self._talk.write(json.dumps({"kind": "fork"}) + "\n")
            self._talk.flush()
            said, descriptors, _, _ = socket.recv_fds(self._connection, 1 << 12, 1)
        except OSError:
            return None
        if not descriptors:
            return None
        return json.loads(said)["process"], socket.socket(fileno=descriptors[0])


class Twin(Running):
    """A changed page that goes on from where another one is, in a fork of its process."""

    def __init__(self, stage: Stage, page: SourcePage, at: int) -> None:
        super().__init__(page, stage._zygote, stage._root, stage._path, stage._seconds)
        self._stage = stage
        self._answers = dict(stage._answers)
        self._process = 0
        for fence in page.fences[:at]:
            self._results[fence.line] = Result(fence)

    def start(self, texts: dict[str, str]) -> bool:
        """Fork the process; whether that could be done."""
        forked = self._stage.fork()
        if forked is None:
            return False
        self._process, self._connection = forked
        self._talk = self._connection.makefile("rw", encoding="utf-8", newline="\n")
        self._call("limit", int(self._stage.processor) + 1)
        if texts:
            self._call("replace", texts)
        return True

    def _call(self, name: str, given: object) -> None:
        self._ask({"kind": "call", "name": f"{CALLS}:{name}", "given": given})

    def end(self) -> None:
        """End the process."""
        if self._process:
            kill(self._process, self._connection)
            self._talk.close()
            self._connection.close()


def kill(process: int, connection: socket.socket) -> None:
    """End a process and those that it started, and wait until they are gone."""
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    connection.settimeout(10)
    with suppress(OSError):
        while connection.recv(1 << 16):
            pass
    connection.settimeout(None)


def verdict(run: Running, mutant: Mutant, at: int) -> Verdict:
    """What becomes of a mutant whose page runs."""
    fences = run.page.fences
    asked = fences[at:] if mutant.target is None else [fences[mutant.target]]
    for fence in asked:
        result = run.result(fence)
        problem = result.problem or _of_excerpt(run, mutant)
        if not problem:
            continue
        ended = problem.startswith(ENDED)
        if mutant.needs_mark and MARK not in problem + result.traceback:
            return Verdict.SURVIVED
        return Verdict.HUNG if ended else Verdict.KILLED
    return Verdict.SURVIVED


def _of_excerpt(run: Running, mutant: Mutant) -> str:
    """What is wrong with a changed excerpt where it stands."""
    fences = run.page.fences
    fence = fences[mutant.at]
    if mutant.target is None or fence.role is not Role.EXCERPT:
        return ""
    lines = Path(fence.path).read_text("utf-8").split("\n")
    return misplaced(Place(fence, fence.role, fences[: mutant.at], lines))
