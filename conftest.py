"""Every fence in README.md and docs/ is a test; Sybil collects them."""

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.integration.pytest import SybilFile, SybilItem

from tools.fences import shorten
from tools.ledger import ours, summary
from tools.promises import Page, fences

collect = Sybil(
    parsers=[fences],
    pattern="*",
    document_types={None: Page},
    encoding="utf-8-sig",
    teardown=lambda namespace: namespace["__page__"].close(),
).pytest()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SybilFile | None:
    """The pages of the site, as the ledger counts them."""
    return collect(file_path, parent) if ours(file_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In any order, but page by page: a page that is left is closed, and would run again from its top."""
    first: dict[Path, int] = {}
    items.sort(key=lambda item: first.setdefault(item.path, len(first)))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let reports say which fence they are about, also from xdist's workers."""
    if isinstance(item, SybilItem):
        fence = item.example.parsed
        item.user_properties.append(("fence", [shorten(fence.path), fence.line, fence.role, fence.reason]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close every run with what became of the fences that it was asked for."""
    reports = [r for reports in terminalreporter.stats.values() for r in reports if getattr(r, "when", "") == "call"]
    seen = {}
    for report in reports:
        for path, line, role, reason in (value for name, value in report.user_properties if name == "fence"):
            seen[path, line] = (role if report.passed else "broken", reason)
    terminalreporter.write_line(summary(list(seen.values()), len({path for path, _ in seen})))
