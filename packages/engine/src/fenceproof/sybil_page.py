"""A page as Sybil has it: a document with one region for each fence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from sybil import Document, Example, Region
from sybil.example import SybilFailure

from fenceproof.fence import Fence
from fenceproof.running import Running
from fenceproof.site import Site, SourcePage


class Broken(SybilFailure):
    """A promise that is not kept; the message is all there is to say."""

    def __init__(self, fence: Fence, message: str) -> None:
        AssertionError.__init__(self, f"{fence.where}: {message}")
        self.fence = fence


class PageDocument(Document):
    """A page of `site`, which starts to run when the first of its fences is asked for."""

    site: Site
    seconds: float
    reached: bool

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        file = Path(path)
        self.page = SourcePage(self.site, file, self.site.parse(file, text))
        self._running: Running | None = None

    @property
    def running(self) -> Running:
        """The page while it runs."""
        if self._running is None:
            self._running = self.page.running(
                seconds=self.seconds, reached=self.reached
            ).__enter__()
        return self._running

    def close(self) -> None:
        """End the page's process, if it has one."""
        if self._running is not None:
            self._running.__exit__()
        self._running = None


def document_of(site: Site, seconds: float, reached: bool) -> type[PageDocument]:
    """The type of document that the pages of a site are; Sybil makes them itself."""
    given = {"site": site, "seconds": seconds, "reached": reached}
    return type("SitePage", (PageDocument,), given)


def fences(document: Document) -> Iterator[Region]:
    """The parser: one region for each fence."""
    assert isinstance(document, PageDocument)
    document.namespace["__page__"] = document
    starts = [0]
    for number, character in enumerate(document.text):
        if character == "\n":
            starts.append(number + 1)
    starts.append(len(document.text))
    for fence in document.page.fences:
        start = starts[fence.line - 1] + len(fence.prefix)
        yield Region(start, max(start, starts[fence.end] - 1), fence, evaluate)


def evaluate(example: Example) -> None:
    """The evaluator: print what this fence printed, raise what is wrong with it."""
    __tracebackhide__ = True
    document, fence = example.document, example.parsed
    assert isinstance(document, PageDocument)
    result = document.running.result(fence)
    sys.stdout.write(result.printed)
    if not result.ok:
        words = [result.problem, result.traceback.rstrip()]
        raise Broken(fence, "\n".join(filter(None, words)))
