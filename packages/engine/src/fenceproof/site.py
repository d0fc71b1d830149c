"""A site: its configuration, its pages and their fences."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fenceproof import config as configuration
from fenceproof.block import Block, blocks
from fenceproof.fence import Fence
from fenceproof.find import NOT_SHOWN, find
from fenceproof.front_matter import without_front_matter
from fenceproof.headers import Headers
from fenceproof.includes import Includes
from fenceproof.names import leaning
from fenceproof.percent import is_script, text_of
from fenceproof.placement import Place, misplaced
from fenceproof.rendered import Renderer, Shown
from fenceproof.roles import role_of
from fenceproof.running import Running
from fenceproof.same import is_same
from fenceproof.zygote import Zygote

if TYPE_CHECKING:
    from fenceproof.ledger import Ledger
    from fenceproof.mutation import Mutant
    from fenceproof.record import Recorded

SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkdn", ".mkd"})  # as MkDocs has them
HIDDEN = "the page hides this fence from its readers: show it, or move it into a file"
WITHIN = "the fence stands in <{tag}>, which shows it as something else: close <{tag}> above it"


class SourcePage:
    """One Markdown page: its text, its fences, its blocks."""

    def __init__(self, site: Site, path: Path, fences: list[Fence]) -> None:
        self._site = site
        self.path = path
        self.name = site.name(path)
        self.fences = fences

    @property
    def blocks(self) -> list[Block]:
        """What the page runs, each program with its output and its error."""
        return blocks(self.fences)

    @property
    def problems(self) -> list[Fence]:
        """The fences that have no role, each with its problem."""
        return [fence for fence in self.fences if fence.problem]

    def name_of(self, path: Path) -> str:
        """A file in a message."""
        return self._site.name(path)

    def running(self, zygote: Zygote | None = None, **settings: Any) -> Running:
        """The page, to be run in a process of its own; the settings are those of `Running`."""
        site = self._site
        zygote = zygote or site.zygote
        return Running(self, zygote, site.config.root, site.import_path, **settings)


class Site:
    """A site, or a folder of Markdown. Nothing is read before something is asked for.

    Args:
        place: mkdocs.yml, zensical.toml, or a folder that has one of them or none.
        pages: further pages, or folders of them, from the root of the site.
        leave_out: the beginnings of the names of Markdown extensions that are not loaded.
        path: folders, from the root of the site, in which the pages' imports are looked for.
        preload: modules that most pages import, which are imported once for all.
    """

    def __init__(
        self,
        place: str | os.PathLike[str] = ".",
        *,
        pages: tuple[str, ...] = (),
        leave_out: tuple[str, ...] = (),
        path: tuple[str, ...] = (),
        preload: tuple[str, ...] = (),
    ) -> None:
        self._place = Path(place)
        self._more = pages
        self._leave_out = leave_out
        self._path = path
        self.preload = preload
        self._zygotes: dict[int, Zygote] = {}

    @cached_property
    def config(self) -> configuration.Config:
        """How the site is set up. Raises: ConfigError."""
        return configuration.load(self._place)

    @cached_property
    def includes(self) -> Includes:
        """How the site's includes are resolved."""
        return Includes(self.config)

    @cached_property
    def renderer(self) -> Renderer:
        """What draws its pages."""
        leave_out = self._leave_out
        return Renderer(self.config, lambda name: bool(leave_out) and name.startswith(leave_out))

    @cached_property
    def headers(self) -> Headers:
        """Which headers it draws as a block."""
        return Headers(self.config)

    @cached_property
    def zygote(self) -> Zygote:
        """Where the processes of its pages come from."""
        return Zygote(self.preload)

    def zygote_of(self, seed: int) -> Zygote:
        """Where pages come from that are run with this seed of Python's hashes."""
        if seed not in self._zygotes:
            self._zygotes[seed] = Zygote(self.preload, {"PYTHONHASHSEED": str(seed)})
        return self._zygotes[seed]

    @property
    def import_path(self) -> list[str]:
        """Where the pages' imports are looked for first."""
        return [str(self.config.root / folder) for folder in self._path]

    def close(self) -> None:
        """End the processes that the site started, if it did."""
        while self._zygotes:
            self._zygotes.popitem()[1].close()
        if "zygote" in self.__dict__:
            self.zygote.close()
            del self.zygote

    @property
    def notes(self) -> list[str]:
        """What the engine does not see of this site, each in one line."""
        return [*self.config.notes, *(self.renderer.notes if self.config.is_drawn else [])]

    # -- pages ------------------------------------------------------------------------

    def name(self, path: Path) -> str:
        """A path in messages: from the root of the site where it is below it."""
        path, root = Path(os.path.abspath(path)), self.config.root
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()

    def pages(self) -> list[Path]:
        """The files of all pages: those that the site publishes, and those that were named."""
        found = [*self.below(self.config.docs)]
        for name in self._more:
            place = self.config.root / name
            found += self.below(place) if place.is_dir() else [place]
        return list(dict.fromkeys(found))

    def below(self, folder: Path) -> Iterator[Path]:
        """The pages in a folder and in those below it, but for hidden ones."""
        above: dict[str, set[str]] = {}
        for base, folders, files in os.walk(folder, followlinks=True):
            real = os.path.realpath(base)
            behind = above.get(os.path.dirname(base), set())
            if real in behind:  # a link to a folder that it is in
                folders.clear()
                continue
            above[base] = behind | {real}
            folders[:] = [name for name in sorted(folders) if not name.startswith(".")]
            for name in sorted(files):
                path = Path(base, name)
                if self._is_published(path, folder):
                    yield path

    def _is_published(self, path: Path, folder: Path) -> bool:
        """Whether a file is a page; a site's `exclude_docs` and what is hidden are none."""
        inside = path.relative_to(folder).as_posix()
        if path.suffix not in SUFFIXES or path.name.startswith(".") or not path.is_file():
            return False
        return folder != self.config.docs or not self.config.excludes(inside)

    def page(self, path: str | os.PathLike[str]) -> SourcePage:
        """The page at `path`, from the root of the site."""
        file = self.config.root / path
        text = file.read_text("utf-8-sig", errors="replace")
        if is_script(file):
            text = text_of(text)
        return SourcePage(self, file, self.parse(file, text))

    def mutants(self, page: SourcePage) -> list[Mutant]:
        """Each change to a page that its run must notice."""
        from fenceproof.mutation import of_page

        return of_page(page)

    def ledger(self, paths: Iterable[str | os.PathLike[str]] | None = None) -> Ledger:
        """Every fence of these pages, or of all, and what becomes of it."""
        from fenceproof.ledger import ledger

        return ledger(self, self.pages() if paths is None else paths)

    def record(self, page: SourcePage | str | os.PathLike[str], *, check: bool = False) -> Recorded:
        """Run a page and write into it what that gave; with `check`, only tell."""
        from fenceproof.record import record

        path = page.path if isinstance(page, SourcePage) else page
        return record(self, Path(path), check=check)

    # -- fences -----------------------------------------------------------------------

    def parse(self, path: Path, text: str) -> list[Fence]:
        """Every fence of the page `text`, each with its role or its problem."""
        text = without_front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
        fences = find(path, self.name(path), text, rendered=self.config.is_drawn)
        fences = [self.includes.titled(self.includes.included(fence)) for fence in fences]
        if self.config.is_drawn:
            fences = self._as_shown(path, text, fences)
        done: list[Fence] = []
        for fence in fences:
            done.append(_with_role(fence, done, text.split("\n"), self._refused))
        return [_as_opened_alone(fence, done) for fence in done]

    def _refused(self, fence: Fence) -> str:
        """What is wrong with a header that the site does not draw as a block."""
        return self.headers.refused(fence) if self.config.is_drawn else ""

    def _as_shown(self, path: Path, text: str, fences: list[Fence]) -> list[Fence]:
        """The fences that the page shows, with a problem where it shows something else."""
        try:
            shown = self.renderer.show(text, fences)
        except Exception as error:  # whatever an extension of somebody else may raise
            problem = f"the page cannot be drawn: {type(error).__name__}: {error}"
            return [replace(fence, problem=fence.problem or problem) for fence in fences]
        done = []
        for fence in fences:
            if fence.line in shown.commented:
                continue
            done.append(_compared(fence, shown))
        if shown.others and not any(fence.problem for fence in done):
            done.append(self._stray(path, text, done, shown.others[0]))
        return sorted(done, key=lambda fence: fence.line)

    def _stray(self, path: Path, text: str, fences: list[Fence], code: str) -> Fence:
        """A fence that stands for code on the page which is in none."""
        start = code.split("\n")[0].strip()
        inside: set[int] = set()
        for fence in fences:
            inside.update(range(fence.line, fence.end + 1))
        lines = text.split("\n")
        found = (n for n, line in enumerate(lines, 1) if n not in inside and start in line)
        line = next(found, len(lines))
        problem = f'the page shows code that is in no fence of it, "{start}": write a fence'
        return Fence(path, self.name(path), line, line, "", "", "", code, problem=problem)


def _compared(fence: Fence, shown: Shown) -> Fence:
    """The fence with what the page shows of it, and its problem where that is another program."""
    if fence.problem:
        return fence
    if fence.line in shown.hidden:
        return replace(fence, problem=HIDDEN)
    if tag := shown.within.get(fence.line):
        return replace(fence, problem=WITHIN.format(tag=tag))
    if fence.line not in shown.code:
        return replace(fence, problem=NOT_SHOWN)
    code = shown.code[fence.line]
    problem = ""
    if not is_same(fence.language, fence.source.text, code):
        problem = (
            "the page shows another program than this fence has: write a tab within a text as "
            r"\t, and the spaces of an empty line as \x20"
        )
    tabs = shown.tabs.get(fence.line, ())
    return replace(fence, shown=code, problem=problem, tabs=tabs)


def _as_opened_alone(fence: Fence, fences: list[Fence]) -> Fence:
    """The fence, with its problem where it needs a tab that its reader may not have opened."""
    problem = leaning(fence, fences)
    return replace(fence, role=None, problem=problem) if problem else fence


def _with_role(
    fence: Fence, above: list[Fence], lines: list[str], refused: Callable[[Fence], str]
) -> Fence:
    role, problem = role_of(fence.header)
    problem = fence.problem or problem or refused(fence)
    if not problem and role:
        problem = misplaced(Place(fence, role, above, lines))
    return replace(fence, role=None if problem else role, problem=problem)
