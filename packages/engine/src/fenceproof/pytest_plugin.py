"""The plugin of pytest: each fence of each page is a test.

It is there as soon as the package is installed, and does something where pyproject.toml has a
table [tool.fenceproof], be it an empty one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.integration.pytest import SybilFile, SybilItem

from fenceproof import settings
from fenceproof.config import ConfigError
from fenceproof.fence import Fence
from fenceproof.ledger import BROKEN, summary
from fenceproof.percent import is_script
from fenceproof.reports import MARK, REACHED, Reports, tell
from fenceproof.sybil_page import PageDocument, document_of, fences


def pytest_configure(config: pytest.Config) -> None:
    """Read the table, and have the pages of the site among what is tested."""
    config.addinivalue_line("markers", f"{MARK}: a fence of a page")
    try:
        given = settings.read(config.rootpath)
        plugin = Pages(given, config) if given else None
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None
    if plugin:
        config.pluginmanager.register(plugin, "fenceproof-pages")


ENDED_WELL = pytest.ExitCode.OK
FAILED = pytest.ExitCode.TESTS_FAILED
EMPTY = pytest.ExitCode.NO_TESTS_COLLECTED


class PageFile(SybilFile):
    """A page: its fences, and what can be said of it once they all have run."""

    def collect(self) -> Iterator[pytest.Item]:
        """The fences from the top down, then the lines that they reach."""
        yield from super().collect()  # type: ignore[no-untyped-call]
        for document in self.documents:
            assert isinstance(document, PageDocument)
            if document.reached and any(block.is_reaching for block in document.page.blocks):
                yield ReachedItem.from_parent(self, name=REACHED, document=document)


class ReachedItem(pytest.Item):
    """Whether the whole page reaches each line that it shows."""

    def __init__(self, document: PageDocument, **given: Any) -> None:
        super().__init__(**given)
        self.document = document

    def runtest(self) -> None:
        """Run what is left of the page, and fail for each line that was not reached."""
        if problems := self.document.running.unreached():
            raise Unreached("\n".join(problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The lines alone, since no traceback leads to them."""
        if isinstance(excinfo.value, Unreached):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """What a report is headed with."""
        return self.path, None, f"{self.document.page.name} lines reached"


class Unreached(Exception):
    """Lines that no run of the page reaches."""


class Pages:
    """The pages of the site that pytest's root folder is of."""

    def __init__(self, given: settings.Settings, config: pytest.Config) -> None:
        self.site = given.site(config.rootpath)
        self._files = {path for path in self.site.pages() if not is_script(path)}
        self._folders = {parent for path in self._files for parent in path.parents}
        refused = config.getoption("ignore") or []
        self._refused = {Path(os.path.abspath(config.invocation_params.dir / p)) for p in refused}
        self._config = config
        self._reports = Reports(self.site, config, given.reached)
        self._told: list[str] = []
        self._sybil = Sybil(
            parsers=[fences],
            pattern="*",
            document_types={None: document_of(self.site, given.seconds, given.reached)},
            encoding="utf-8-sig",
            teardown=lambda namespace: namespace["__page__"].close(),
        )
        self._add_to_what_is_asked()

    def _add_to_what_is_asked(self) -> None:
        """Where no path is named, the pages are tested even if `testpaths` does not say so."""
        config = self._config
        if config.args_source is pytest.Config.ArgsSource.ARGS:
            return
        asked = [Path(os.path.abspath(config.invocation_params.dir / arg)) for arg in config.args]
        for path in [self.site.config.docs, *sorted(self._files)]:
            if not any(path.is_relative_to(place) for place in asked):
                config.args.append(str(path))
                asked.append(path)

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """A folder that has pages is looked into, whatever its name, unless `--ignore` names it."""
        return False if collection_path in self._folders - self._refused else None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Any:
        """Have Sybil collect a page."""
        if file_path not in self._files:
            return None
        return PageFile.from_parent(parent, path=file_path, sybils=[self._sybil])

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Mark a fence, and let reports say which one they are about, from other processes too."""
        if isinstance(item, ReachedItem):
            item.add_marker(MARK)
            item.user_properties.append((REACHED, item.document.page.name))
        if isinstance(item, SybilItem) and isinstance(item.example.parsed, Fence):
            fence = item.example.parsed
            item.add_marker(MARK)
            role = fence.role.value if fence.role else None  # workers send no enumeration
            item.user_properties.append((MARK, [fence.page, fence.line, role, fence.reason]))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """However other tests are spread, a page goes to one worker."""
        if config.getvalue("dist") not in {"load", "worksteal", "loadgroup"}:
            return None
        from fenceproof.scheduling import PageScheduling

        scheduling = PageScheduling(config, log)
        pages = {Path(os.path.relpath(p, config.rootpath)).as_posix() for p in self._files}
        scheduling.is_page = pages.__contains__
        return scheduling

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """In any order, but page by page: a page that is left is ended, and would run again."""
        first: dict[Path, int] = {}
        for item in items:
            first.setdefault(item.path, len(first))
        items.sort(key=lambda item: first[item.path])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note which fences were run, here or by a worker."""
        self._reports.note(report)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """End the process that pages come from, and fail where not all fences were run."""
        self.site.close()
        is_worker = hasattr(self._config, "workerinput")
        if is_worker or exitstatus not in {ENDED_WELL, FAILED, EMPTY}:
            return
        missing = self._reports.missing()
        self._told = list(tell(missing, session))
        if missing:
            session.exitstatus = FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Close the run with what became of the fences."""
        for note in self.site.notes:
            terminalreporter.write_line(f"fenceproof: {note}")
        for line in self._told:
            terminalreporter.write_line(line, red=True)
        seen = _reported(terminalreporter.stats)
        pages = {page for page, _ in seen}
        terminalreporter.write_line(summary(seen.values(), len(pages)))


Reported = dict[tuple[str, int], tuple[str, str]]


def _reported(stats: dict[str, list[Any]]) -> Reported:
    """What became of each fence, by its page and line."""
    seen: Reported = {}
    for reports in stats.values():
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            for name, value in report.user_properties:
                if name == MARK:
                    page, line, role, reason = value
                    seen[page, line] = (role if report.passed else BROKEN, reason)
    return seen
