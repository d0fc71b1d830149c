"""The mutation proof: break one promise at a time, in memory, and see its page go red.

    python -m tools.mutants [--kind fence|output|program] [--sample N --seed S] [--jobs J] [--json FILE] [PATH ...]

Every executed fence is made to fail, every validated one to hold nonsense,
every expected output to expect something else, and every literal, comparison
and operator of the programs that the pages run is changed. A program's mutant
that no page notices is put to the program's own tests, below tests/snippets/.
Each mutant runs in a forked child; a program that then hangs, or takes it down,
counts as seen. What survives is named, and the status is 1 unless docs/reference/proof.md
says why, in a TOML fence of `[[survivor]]` tables: program, line, change, why.
"""

import argparse
import gc
import importlib
import json
import os
import select
import signal
import sys
import threading
import time
import tomllib
import traceback
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tools.downloads import closure
from tools.edits import MARK, SNIPPETS, Mutant, commented, of_page, of_program, overlay
from tools.fences import ROOT, parse, read, shorten
from tools.ledger import PAGES, pages
from tools.promises import Page

PROOF = ROOT / "docs" / "reference" / "proof.md"
TESTS = ROOT / "tests" / "snippets"
WARM = ["starlette.applications", "starlette.testclient", "anyio._backends._asyncio", "sqlite3", "hypothesis"]
PATIENCE = 10.0  # seconds that a child may take, beyond three times what its page took while it was traced


# -- one mutant, one child -------------------------------------------------

Job = tuple[Any, Callable[[], Any], float]  # a name, the work, the seconds it may take


def child(work: Callable[[], Any]) -> tuple[int, int]:
    """A forked process that says, in JSON, what `work` returns: its id, and where it says so."""
    reading, writing = os.pipe()
    if pid := os.fork():
        os.close(writing)
        return pid, reading
    try:
        os.setsid()
        for fd in range(3):
            os.dup2(os.open(os.devnull, os.O_RDWR), fd)
        warnings.simplefilter("error")
        answer = json.dumps(work())
    except BaseException:
        answer = json.dumps({"fault": traceback.format_exc()})
    with open(writing, "w") as pipe:
        pipe.write(answer)
    os._exit(0)


def answers(jobs: deque[Job], slots: int) -> Iterator[tuple[Any, Any]]:
    """What each job's child says, as they come; None for one that hung or died. Jobs may be added meanwhile.

    Raises: RuntimeError, where the fault is this program's and not the page's.
    """
    running: dict[int, tuple[Any, int, float, bytearray]] = {}
    while jobs or running:
        while jobs and len(running) < slots:
            name, work, seconds = jobs.popleft()
            pid, fd = child(work)
            running[fd] = name, pid, time.monotonic() + seconds, bytearray()
        wait = min(deadline for _, _, deadline, _ in running.values()) - time.monotonic()
        ready = select.select(running, [], [], max(0.0, wait))[0]
        for fd, (name, pid, deadline, said) in list(running.items()):
            chunk = os.read(fd, 1 << 16) if fd in ready else b""
            said += chunk
            if chunk or (fd not in ready and time.monotonic() < deadline):
                continue
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(fd)
            del running[fd]
            answer = None
            with suppress(ValueError):  # it died before it had said all
                answer = json.loads(said)
            if isinstance(answer, dict) and "fault" in answer:
                raise RuntimeError(answer["fault"])
            yield name, answer


def noticed(page: Page, mutant: Mutant) -> bool:
    """Whether the page, given the mutant's text, goes red at the fence where it must, and for that reason."""
    before, page.fences = page.fences, parse(Path(page.path), mutant.text)
    changed, target = page.fences[mutant.at], page.fences[mutant.target]
    assert len(page.fences) == len(before), f"{mutant}: the mutant is another page"
    assert not changed.problem or before[mutant.at].role == "excerpt", f"{mutant}: {changed.problem}"
    for fence in page.fences[: mutant.at]:
        assert page.outcome(fence) is None, f"{mutant}: {fence.where} is red before the mutant"
    error = page.outcome(target)
    ran = mutant.kind == "fence" and changed.role == "executed"
    return error is not None and (MARK in str(error) or not ran)


def from_the_top(path: Path, text: str, mutant: Mutant) -> bool:
    """Whether a fresh copy of the page notices the mutant of its text."""
    return noticed(Page(text, str(path)), mutant)


def put_in_place(mutant: Mutant) -> None:
    """From here on, the mutant of a program is read and imported instead of the program."""
    program = os.path.realpath(mutant.path)
    overlay(lambda name: mutant.text if name == program else None)


def under(path: Path, text: str, mutant: Mutant) -> bool:
    """Whether the page notices the mutant of a program."""
    put_in_place(mutant)
    page = Page(text, str(path))
    return any(page.outcome(fence) is not None for fence in page.fences)


QUIETLY = ["-qx", "-pno:cacheprovider", "-pno:randomly", "-Wignore::pytest.PytestAssertRewriteWarning"]


def passes(path: Path) -> bool:
    """Whether a test file is green."""
    return pytest.main([*QUIETLY, f"--rootdir={ROOT}", str(path)]) == pytest.ExitCode.OK


def tested(path: Path, text: str, mutant: Mutant) -> bool:
    """Whether a test file notices the mutant of a program."""
    put_in_place(mutant)
    return not passes(path)


def rehearsed(path: Path) -> tuple[bool, float]:
    """Whether a test file is green over programs that only got a comment, and the seconds that it takes."""
    overlay(commented)
    start = time.perf_counter()
    return passes(path), time.perf_counter() - start


def survey(path: Path, text: str, mutants: list[Mutant], tracing: bool) -> dict[str, Any]:
    """Run a page once, and each of its mutants in a fork at its fence.

    Its programs are changed too, by a comment: were the page to go red for
    that, it would go red for any change, and the proof would be worth nothing.
    Says why the page is red, if it is; a verdict for each mutant, "ask" where
    only a run from the top can tell; the seconds; if traced, which functions of programs ran.
    """
    ran: dict[str, set[int]] = {}
    overlay(commented)

    def trace(frame: FrameType, event: str, arg: object) -> None:
        if frame.f_code.co_filename.startswith(str(SNIPPETS)):
            ran.setdefault(frame.f_code.co_filename, {0}).add(frame.f_code.co_firstlineno)

    if tracing:
        threading.settrace(trace)
        sys.settrace(trace)
    page, seconds = Page(text, str(path)), 0.0
    verdicts: dict[int, bool | None] = {}
    for at, fence in enumerate(page.fences):
        here = [n for n, mutant in enumerate(mutants) if mutant.at == at and not mutant.rerun]
        if threading.active_count() == 1:  # a fork has one thread, so a page that keeps others starts from the top
            verdicts |= dict(answers(deque((n, partial(noticed, page, mutants[n]), 60.0) for n in here), 1))
        start = time.perf_counter()
        if error := page.outcome(fence):
            return {"red": str(error) or repr(error)}
        seconds += time.perf_counter() - start
    said = [verdicts.get(n, "ask") for n in range(len(mutants))]
    return {"red": "", "said": said, "seconds": seconds, "ran": {name: sorted(lines) for name, lines in ran.items()}}


# -- the proof -------------------------------------------------------------


def holders() -> dict[Path, set[Path]]:
    """Each test file below tests/snippets/, and the programs that it imports, itself or by others.

    Those that start processes are left out: a change in memory does not reach these.
    """
    found = [path for path in TESTS.rglob("test_*.py") if "processes" not in path.stem and "real" not in path.stem]
    return {path: {*closure([path.read_text("utf-8")])} for path in sorted(found)}


def prove(
    texts: dict[Path, str], kinds: list[str], sample: int | None, seed: str, slots: int
) -> tuple[dict[Mutant, bool | None], list[Mutant], int]:
    """What became of each mutant tried, None for a hang or a crash; all mutants of programs, tried or not;
    and how many of those tried no page had noticed.

    Raises: ValueError, where a page or a test is red as it stands.
    """
    mutants = {path: [mutant for mutant in of_page(path, text) if mutant.kind in kinds] for path, text in texts.items()}
    tracing = "program" in kinds
    jobs: deque[Job] = deque(
        (path, partial(survey, path, texts[path], mutants[path], tracing), 600.0) for path in texts
    )
    verdicts: dict[Mutant, Any] = {}
    seconds: dict[Path, float] = {}
    ran: dict[Path, dict[str, list[int]]] = {}
    for path, answer in answers(jobs, slots):
        if answer is None or answer["red"]:
            raise ValueError(f"{shorten(path)} is red before any mutant: {answer['red'] if answer else 'it hung'}")
        seconds[path], ran[path] = answer["seconds"], answer["ran"]
        verdicts |= zip(mutants[path], answer["said"], strict=True)
    programs = sorted({Path(name) for names in ran.values() for name in names})
    sites = [mutant for program in programs for mutant in of_program(program)]

    def ask(trial: Callable[[Path, str, Mutant], bool], mutant: Mutant, runners: list[Path]) -> None:
        """Have the first of the pages try it, and the next one if that does not notice."""
        verdicts[mutant] = False
        if runners:
            work = partial(trial, runners[0], texts[runners[0]], mutant)
            jobs.append(((trial, mutant, runners[1:]), work, PATIENCE + 3 * seconds[runners[0]]))

    for mutant in [mutant for mutant, verdict in verdicts.items() if verdict == "ask"]:
        ask(from_the_top, mutant, [mutant.path])
    for mutant in sorted(sites, key=lambda site: site.rank(seed))[:sample]:
        runners = [path for path in seconds if mutant.start in ran[path].get(str(mutant.path), [])]
        ask(under, mutant, sorted(runners, key=lambda path: seconds[path]))

    def settle() -> None:
        for (trial, mutant, rest), verdict in answers(jobs, slots):
            verdicts[mutant] = verdict
            if verdict is False:
                ask(trial, mutant, rest)

    settle()
    unseen = [mutant for mutant in sites if verdicts.get(mutant) is False]
    held = {path: programs for path, programs in holders().items() if programs & {m.path for m in unseen}}
    for path, answer in answers(deque((path, partial(rehearsed, path), 600.0) for path in held), slots):
        if answer is None or not answer[0]:
            raise ValueError(f"{shorten(path)} is red before any mutant")
        texts[path], seconds[path] = "", answer[1]
    for mutant in unseen:
        tests = [path for path, programs in held.items() if mutant.path in programs]
        ask(tested, mutant, sorted(tests, key=lambda path: seconds[path]))
    settle()
    return verdicts, sites, len(unseen)


def excused() -> dict[tuple[str, str, str], str]:
    """The survivors that the proof page explains, and where; ValueError for an entry that is not whole."""
    found = {}
    for fence in read(PROOF) if PROOF.exists() else []:
        for entry in tomllib.loads(fence.source.text).get("survivor", []) if fence.language == "toml" else []:
            if set(entry) != {"program", "line", "change", "why"} or not all(entry.values()):
                raise ValueError(f"{fence.where}: a [[survivor]] has a program, line, change and why: {entry}")
            found[entry["program"], entry["line"], entry["change"]] = fence.where
    return found


def main() -> int | str:
    """Run the proof, name what survived, and close with the counts."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description="Break every promise, one at a time.")
    parser.add_argument("--kind", action="append", choices=["fence", "output", "program"], help="only this kind")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of the programs' mutants")
    parser.add_argument("--seed", default="0", metavar="S", help="which of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="J", help="so many at once")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts and the survivors there")
    parser.add_argument("paths", nargs="*", type=Path, default=PAGES, metavar="PATH", help="Markdown files or folders")
    options = parser.parse_args()
    kinds = options.kind or ["fence", "output", "program"]
    sys.path.insert(0, str(SNIPPETS))
    for name in WARM:
        importlib.import_module(name)
    gc.freeze()
    try:
        texts = {path: path.read_text("utf-8-sig") for path in pages(options.paths)}
        listed = excused()
        verdicts, sites, unseen = prove(texts, kinds, options.sample, options.seed, max(1, options.jobs))
    except (FileNotFoundError, RuntimeError, ValueError) as error:
        return str(error)
    tried, known = {mutant.key: verdict for mutant, verdict in verdicts.items()}, {site.key for site in sites}
    whole = options.paths == PAGES and "program" in kinds  # else a program may be out of sight
    survivors = [m for m, verdict in verdicts.items() if verdict is False or (verdict is None and m.kind != "program")]
    hung = [mutant for mutant, verdict in verdicts.items() if verdict is None]
    explained = [mutant for mutant in survivors if mutant.key in listed]
    faults = [f"{mutant}: survived" for mutant in survivors if mutant not in explained]
    for key, where in listed.items():
        if tried.get(key, False) is not False:
            faults.append(f"{where}: {' | '.join(key)}: is noticed, so it is no survivor: take it out")
        elif key not in known and whole:
            faults.append(f"{where}: {' | '.join(key)}: no program that a page runs has this: take it out")
    count = Counter(mutant.kind for mutant in verdicts)
    counts = {
        "mutants": len(verdicts),
        "fences": count["fence"],
        "outputs": len({(mutant.path, mutant.at, mutant.start) for mutant in verdicts if mutant.kind == "output"}),
        "sites": count["program"],
        "all_sites": len(sites),
        "killed": len(verdicts) - len(survivors),
        "by_tests": unseen - sum(mutant.kind == "program" for mutant in survivors),
        "hung": len(hung),
        "survived": len(survivors),
        "explained": len(explained),
    }
    if options.json:
        named = {"survivors": [mutant.key for mutant in survivors], "hangs": [mutant.key for mutant in hung]}
        options.json.write_text(json.dumps(counts | named, indent=1))
    print(*faults, sep="\n", end="\n" if faults else "")
    print("{mutants} mutants of {fences} fences, {outputs} outputs, {sites} program sites: {killed} killed "
          "({by_tests} by tests alone), {survived} survived ({explained} explained)".format(**counts))  # fmt: skip
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
