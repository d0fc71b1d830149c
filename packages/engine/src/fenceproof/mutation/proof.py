"""The proof: each mutant is tried, and what nobody notices is named."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from fenceproof.fence import Role
from fenceproof.mutation.imports import Imports
from fenceproof.mutation.inside import with_comment
from fenceproof.mutation.mutants import Kind, Mutant, of_page, of_program
from fenceproof.mutation.spans import Spans
from fenceproof.mutation.stage import Stage, Twin, Verdict, verdict
from fenceproof.settings import Mutants
from fenceproof.site import Site, SourcePage
from fenceproof.zygote import Zygote

CHUNK = 40  # mutants of one page that share a run of it
T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Survey:
    """What a page, or a file of tests, does before anything is changed.

    `seconds` is how long it takes, `used` has the first fence at which each file is read, and
    `lines` those of each file that are reached.
    """

    seconds: float = 0
    used: dict[str, int] = field(default_factory=dict)
    lines: dict[str, set[int]] = field(default_factory=dict)

    def add(self, noted: dict[str, list[int]], at: int) -> None:
        """These files were read, and these lines of them reached, down to a fence."""
        for name, lines in noted.items():
            self.used.setdefault(name, at)
            self.lines[name] = set(lines)


@dataclass
class Outcome:
    """What became of each mutant that was tried; `known` are all, tried or not."""

    verdicts: dict[Mutant, Verdict]
    known: list[Mutant]
    by_tests: int = 0


class Proof:
    """The mutants of some pages of a site, and of the programs that they run.

    Args:
        site: the site.
        paths: the pages.
        settings: which programs and which tests.
        jobs: how many pages run at once.
    """

    def __init__(self, site: Site, paths: list[Path], settings: Mutants, jobs: int) -> None:
        self.site = site
        self.root = site.config.root
        self.settings = settings
        self.jobs = max(1, jobs)
        self.pages = {path: site.page(path) for path in paths}
        self.surveys: dict[Path, Survey] = {}
        self._traced = False
        self._zygote: Zygote | None = None  # from which files of tests come
        self._spans = Spans()
        self._rehearsals: dict[Path, Survey] = {}
        self._rehearsing = Lock()
        self._locks: dict[Path, Lock] = defaultdict(Lock)
        self._started = time.monotonic()
        self._done = 0

    # -- what there is ----------------------------------------------------------------

    @property
    def folders(self) -> tuple[str, ...]:
        """Where the programs are: in the folders that are named, else where pages include them."""
        if self.settings.programs:
            named = (os.path.realpath(self.root / name) for name in self.settings.programs)
            return tuple(name + os.sep if os.path.isdir(name) else name for name in named)
        found = set()
        for page in self.pages.values():
            for fence in page.fences:
                if fence.include and fence.role is Role.EXECUTED:
                    found.add(os.path.realpath(fence.include.path))
        return tuple(sorted(found))

    def is_left_out(self, path: Path) -> bool:
        """Whether the settings leave out a program or a file of tests."""
        name = self.site.name(path)
        return any(fnmatch(name, pattern) for pattern in self.settings.leave_out)

    def mutants(self, kinds: set[Kind]) -> list[Mutant]:
        """All mutants of these kinds; the pages have been surveyed if programs are among them."""
        found: list[Mutant] = []
        for page in self.pages.values():
            found += [mutant for mutant in of_page(page) if self._is_meant(page, mutant, kinds)]
        if Kind.PROGRAM in kinds:
            for path in self._programs():
                found += of_program(self.site.name(path), path)
        return found

    def _is_meant(self, page: SourcePage, mutant: Mutant, kinds: set[Kind]) -> bool:
        """Whether a mutant is of these kinds, and not of the list of survivors."""
        if mutant.kind is not Kind.DATA:
            return mutant.kind in kinds
        shown = page.fences[mutant.at].source.path
        places = {shown.resolve(), page.path.resolve()}
        return mutant.kind in kinds and self._survivors not in places

    @cached_property
    def _survivors(self) -> Path:
        return (self.root / self.settings.survivors).resolve()

    def _programs(self) -> list[Path]:
        """The programs that the pages run; of some pages, those that they show.

        What they only import belongs to other pages, which are not asked.
        """
        names: set[str] = set()
        for survey in self.surveys.values():
            names.update(survey.lines)
        if not set(self.site.pages()) <= set(self.pages):
            names &= {name for page in self.pages.values() for name in self.folders_of(page)}
        paths = (Path(name) for name in sorted(names) if name.endswith(".py"))
        return [path for path in paths if not self.is_left_out(path)]

    # -- the run ------------------------------------------------------------------------

    def run(self, kinds: set[Kind], sample: int | None, seed: str) -> Outcome:
        """Try the mutants, or so many of each kind.

        Raises: ValueError, where a page or a test fails before anything is changed.
        """
        for page in self.pages.values():
            for fence in page.problems:
                raise ValueError(f"{fence.where} fails before any mutant: {fence.problem}")
        page_kinds = kinds - {Kind.PROGRAM}
        mutants = self.mutants(page_kinds)
        if Kind.PROGRAM in kinds:
            self._traced = True
            self._survey(self.pages)
            mutants = self.mutants(kinds)
        tried = mutants if sample is None else _sampled(mutants, sample, seed)
        paths = {mutant.path for mutant in tried if mutant.kind is not Kind.PROGRAM}
        self._survey(path for path in self.pages if path in paths)
        outcome = Outcome(dict.fromkeys(tried, Verdict.SURVIVED), mutants)
        self._log(f"{len(tried)} mutants")
        self._started = time.monotonic()
        self._on_pages(outcome)
        self._on_tests(outcome)
        return outcome

    def _survey(self, paths: Iterable[Path]) -> None:
        new = [path for path in paths if path not in self.surveys]
        for path, survey in zip(new, self._each(self._survey_page, new), strict=True):
            self.surveys[path] = survey

    def _each(self, work: Callable[[T], R], tasks: list[T]) -> Iterator[R]:
        with ThreadPoolExecutor(self.jobs) as pool:
            yield from pool.map(work, tasks)

    def _log(self, words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    def _survey_page(self, path: Path) -> Survey:
        """Run a page whose programs have one more comment.

        Were it to fail for that, it would fail for any change, and the proof be worth nothing.
        """
        page = self.pages[path]
        survey = Survey()
        commented = SourcePage(self.site, path, page.fences)
        for name in self.folders_of(page):
            text = with_comment(Path(name).read_text("utf-8"))
            mutant = Mutant(Kind.PROGRAM, name, Path(name), 0, "", "", text)
            commented.fences = mutant.of(commented.fences)
        with Stage(self.site, commented, folders=self.folders, traced=self._traced) as stage:
            started = time.monotonic()
            for at in range(len(page.fences)):
                stage.reach(at + 1)
                noted: Any = stage.call("noted", None)
                survey.add(noted or {}, at)
                include = page.fences[at].include
                if include:
                    survey.used.setdefault(os.path.realpath(include.path), at)
            survey.seconds = time.monotonic() - started
        self._log(f"{page.name}: {survey.seconds:.1f} s")
        return survey

    def folders_of(self, page: SourcePage) -> list[str]:
        """The programs that a page includes and that are watched."""
        names = []
        for fence in page.fences:
            if fence.include and fence.include.path.suffix == ".py":
                name = os.path.realpath(fence.include.path)
                if name.startswith(self.folders):
                    names.append(name)
        return list(dict.fromkeys(names))

    # -- on pages -------------------------------------------------------------------------

    def _on_pages(self, outcome: Outcome) -> None:
        """Each mutant on its page; one of a program on those that reach it, the quickest first."""
        waiting: dict[Mutant, list[Path]] = {}
        for mutant in outcome.verdicts:
            waiting[mutant] = self._runners(mutant)
        while any(waiting.values()):
            by_page: dict[Path, list[Mutant]] = defaultdict(list)
            for mutant, paths in waiting.items():
                if paths:
                    by_page[paths.pop(0)].append(mutant)
            for verdicts in self._each(self._try_chunk, self._chunks(by_page)):
                outcome.verdicts.update(verdicts)
                self._done += len(verdicts)
                for mutant, became in verdicts.items():
                    if became is Verdict.SURVIVED:
                        self._log(f"{mutant}: a page does not notice it")
                rate = self._done / (time.monotonic() - self._started)
                self._log(f"{self._done} trials, {rate:.1f} a second")
            for mutant, became in outcome.verdicts.items():
                if became is not Verdict.SURVIVED:
                    waiting[mutant] = []

    def _runners(self, mutant: Mutant) -> list[Path]:
        if mutant.kind is not Kind.PROGRAM:
            return [mutant.path]
        name = os.path.realpath(mutant.path)
        span = self._spans.of(mutant.path, mutant.line)
        found = [
            path for path, survey in self.surveys.items() if span & survey.lines.get(name, set())
        ]
        return sorted(found, key=lambda path: (self.surveys[path].seconds, path))

    def _chunks(self, by_page: dict[Path, list[Mutant]]) -> list[tuple[Path, list[Mutant]]]:
        chunks = []
        for path, mutants in by_page.items():
            mutants.sort(key=partial(self._at, path))
            chunks += [(path, mutants[n : n + CHUNK]) for n in range(0, len(mutants), CHUNK)]
        return chunks

    def _at(self, path: Path, mutant: Mutant) -> int:
        """The fence from which on a page is another."""
        if mutant.kind is Kind.PROGRAM:
            return self.surveys[path].used[os.path.realpath(mutant.path)]
        return mutant.at

    def _try_chunk(self, task: tuple[Path, list[Mutant]]) -> dict[Mutant, Verdict]:
        path, mutants = task
        trial = Trial(self.site, self.pages[path], self.surveys[path].seconds)
        try:
            return {mutant: trial.verdict(mutant, self._at(path, mutant)) for mutant in mutants}
        finally:
            trial.close()

    # -- on tests -------------------------------------------------------------------------

    def _on_tests(self, outcome: Outcome) -> None:
        """The mutants of programs that no page notices, on the tests that reach them."""
        unseen = []
        for mutant, became in outcome.verdicts.items():
            if mutant.kind is Kind.PROGRAM and became is Verdict.SURVIVED:
                unseen.append(mutant)
        tasks = [(mutant, self._near(mutant)) for mutant in unseen]
        if not any(files for _, files in tasks):
            return
        self._log(f"{len(unseen)} for the tests")
        with closing(Zygote([*self.site.preload, "pytest"])) as self._zygote:
            for mutant, became in self._each(self._test, tasks):
                outcome.verdicts[mutant] = became
                outcome.by_tests += became is not Verdict.SURVIVED

    def _near(self, mutant: Mutant) -> list[Path]:
        """The files of tests that import a changed program, even by others, the nearest first."""
        program = mutant.path.resolve()
        near = [(needs[program], path) for path, needs in self._tests.items() if program in needs]
        return [path for _, path in sorted(near)]

    @cached_property
    def _tests(self) -> dict[Path, dict[Path, int]]:
        """The files of tests, and what each imports."""
        found: list[Path] = []
        for name in self.settings.tests:
            place = self.root / name
            found += [place] if place.is_file() else sorted(place.rglob("test_*.py"))
        imports = Imports([Path(folder) for folder in self.site.import_path] + [self.root])
        return {path: imports.of(path) for path in found if not self.is_left_out(path)}

    def _no_page(self, path: Path) -> SourcePage:
        return SourcePage(self.site, path, [])

    def _rehearse(self, path: Path) -> Survey:
        """Run a file of tests over programs that have one more comment."""
        survey = Survey()
        with Stage(
            self.site,
            self._no_page(path),
            folders=self.folders,
            traced=True,
            zygote=self._zygote,
        ) as stage:
            started = time.monotonic()
            if not stage.call("passes", {"root": str(self.root), "path": str(path)}):
                raise ValueError(f"{self.site.name(path)} fails before any mutant")
            survey.seconds = time.monotonic() - started
            noted: Any = stage.call("noted", None)
            survey.add(noted or {}, 0)
        self._log(f"{self.site.name(path)}: {survey.seconds:.1f} s")
        return survey

    def _test(self, task: tuple[Mutant, list[Path]]) -> tuple[Mutant, Verdict]:
        mutant, files = task
        program = os.path.realpath(mutant.path)
        span = self._spans.of(mutant.path, mutant.line)
        for path in files:
            survey = self._rehearsed(path)
            if not span & survey.lines.get(program, set()):
                continue
            stage = Stage(
                self.site,
                self._no_page(path),
                seconds=survey.seconds,
                bounded=True,
                texts={program: mutant.text},
                zygote=self._zygote,
            )
            with stage:
                passed = stage.call("passes", {"root": str(self.root), "path": str(path)})
            if not passed:
                self._log(f"{mutant}: {self.site.name(path)} notices it")
                return mutant, Verdict.HUNG if passed is None else Verdict.KILLED
        self._log(f"{mutant}: nobody notices it")
        return mutant, Verdict.SURVIVED

    def _rehearsed(self, path: Path) -> Survey:
        """What a file of tests does, asked once."""
        with self._rehearsing:
            lock = self._locks[path]
        with lock:
            if path not in self._rehearsals:
                self._rehearsals[path] = self._rehearse(path)
            return self._rehearsals[path]


def _sampled(mutants: list[Mutant], most: int, seed: str) -> list[Mutant]:
    """So many of each kind, the same on every machine; kinds differ too much in number for one."""
    count: Counter[Kind] = Counter()
    found = []
    for mutant in sorted(mutants, key=lambda mutant: mutant.rank(seed)):
        count[mutant.kind] += 1
        if count[mutant.kind] <= most:
            found.append(mutant)
    return found


class Trial:
    """Tries the mutants of one page, one after the other, from the top of the page down."""

    def __init__(self, site: Site, page: SourcePage, seconds: float) -> None:
        self._site, self._page, self._seconds = site, page, seconds
        self._stage: Stage | None = None

    def close(self) -> None:
        """End the page."""
        if self._stage:
            self._stage.__exit__()
        self._stage = None

    def verdict(self, mutant: Mutant, at: int) -> Verdict:
        """What becomes of a mutant that changes the page from a fence on."""
        if self._stage is None:
            self._stage = Stage(self._site, self._page, seconds=self._seconds).__enter__()
        stage = self._stage
        stage.reach(at)
        changed = SourcePage(self._site, self._page.path, mutant.of(self._page.fences))
        twin = Twin(stage, changed, at)
        if not self._has_to_run(mutant):
            return verdict(twin, mutant, at)
        texts = _texts(mutant)
        files = stage.files()
        if not twin.start(texts):
            return self._from_the_top(changed, mutant, texts)
        try:
            return verdict(twin, mutant, at)
        finally:
            twin.end()
            if stage.files() != files:  # what it wrote would be there for the next
                self.close()

    def _has_to_run(self, mutant: Mutant) -> bool:
        if mutant.kind in {Kind.PROGRAM, Kind.INLINE} or mutant.target is None:
            return True
        return self._page.fences[mutant.at].role is Role.EXECUTED

    def _from_the_top(self, page: SourcePage, mutant: Mutant, texts: dict[str, str]) -> Verdict:
        stage = Stage(self._site, page, seconds=self._seconds, bounded=True, texts=texts)
        with stage:
            return verdict(stage, mutant, 0)


def _texts(mutant: Mutant) -> dict[str, str]:
    if mutant.kind is Kind.PROGRAM:
        return {os.path.realpath(mutant.path): mutant.text}
    return {}
