"""Every fence in README.md and docs/ is a test; Sybil collects them."""

import pytest
from sybil import Sybil

from tools.fences import read
from tools.ledger import summary
from tools.promises import Page, fences

pytest_collect_file = Sybil(
    parsers=[fences],
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    document_types={".md": Page},
    encoding="utf-8-sig",
    teardown=lambda namespace: namespace["__page__"].close(),
).pytest()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let reports say which fence they are about, also from xdist's workers."""
    if fence := getattr(getattr(item, "example", None), "parsed", None):
        item.user_properties.append(("fence", [str(fence.path), fence.line]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close every run with what became of the fences of the pages it saw."""
    reports = [r for reports in terminalreporter.stats.values() for r in reports if getattr(r, "when", "") == "call"]
    ran = {tuple(value) for report in reports for name, value in report.user_properties if name == "fence"}
    seen = [fence for path in sorted({path for path, _ in ran}) for fence in read(path)]
    kept = [f for f in seen if f.role == "not-run" or (str(f.path), f.line) in ran]
    terminalreporter.write_line(
        summary([f.role or "unknown" for f in kept], len({f.path for f in kept}), [f.reason for f in kept if f.reason])
        + (f"; {len(seen) - len(kept)} more were not asked for" if len(seen) > len(kept) else "")
    )
