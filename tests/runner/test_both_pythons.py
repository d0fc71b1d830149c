"""Every page says the same under the Python of the tests and under the Python of the browser."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from fenceproof import Fence
from fenceproof.fence import SESSION

from tools.site import ROOT, in_the_browser, pages, read, shorten
from tools.spread import spread

if TYPE_CHECKING:
    from tests.runner.conftest import Worker

DOCS = ROOT / "docs"


def block(fence: Fence, shown: list[Fence]) -> dict[str, Any]:
    """The message about one block that the page sends to its worker."""
    return {
        "key": fence.id or f"line-{fence.line}",
        "source": fence.source.text,
        "language": "pycon" if fence.language in SESSION else "python",
        "file": shorten(fence.source.path).removeprefix("snippets/") if fence.include else None,
        "line": fence.source.line if fence.include else 1,
        "raises": any(after.role == "error" for after in shown),
    }


PAGES = [path for path in pages([DOCS]) if any(in_the_browser(fence) for fence in read(path))]


@pytest.mark.parametrize("path", spread(PAGES, 8), ids=shorten)  # Chromium presses all of them
def test_a_page_agrees_under_both_pythons(worker: Worker, path: Any) -> None:
    fences = read(path)
    todo, shows = [], []
    for at, fence in enumerate(fences):
        after = list(itertools.takewhile(lambda one: one.role in {"output", "error"}, fences[at + 1 : at + 3]))
        if in_the_browser(fence):
            todo.append(block(fence, after))
            shows.append((fence, {str(one.role): one.source.text for one in after}))
    if worker.late:  # by an earlier test, and what is here already is not fetched again
        worker.fresh()
    results = worker.run(*todo, page=path.relative_to(DOCS).with_suffix("").as_posix())
    for (fence, shown), result in zip(shows, results, strict=True):
        assert result.ok, f"{fence.where}\n{result.error.get('traceback')}"
        assert result.stdout == shown.get("output", result.stdout), fence.where
        if "error" in shown:
            assert result.error["last"] + "\n" == shown["error"], fence.where
        if fence.language in SESSION:
            assert result.stdout == fence.source.text, fence.where
    assert not worker.late, "a block needs more than the first download: keep it in tools/trimmed.py"


def test_it_is_another_python(worker: Worker) -> None:
    (result,) = worker.run("import sys\nprint(sys.platform, sys.version_info[:2])")
    assert result.stdout == "emscripten (3, 14)\n"
