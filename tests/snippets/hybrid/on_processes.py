"""Run the blocks of a page with `Cluster` being real processes.

On a page that makes no cluster each app that a `TestClient` is given is served by two of them.
It prints how many blocks ran, and the ids of those that say something else than the page.

python tests/snippets/hybrid/on_processes.py docs/hybrid/index.md
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import httpx2
import starlette.testclient

from tools.promises import Page

InProcess = starlette.testclient.TestClient
clusters: list[Any] = []


def main(path: Path) -> None:
    page = Page(path.read_text("utf-8"), str(path.resolve()))
    alone = "Cluster(" not in path.read_text("utf-8")
    with page.entered():
        import testbed
        from hybrid.cluster.processes import Processes

        class Real(Processes):
            """Ends with the block that made it."""

            def __init__(self, *given: Any, **more: Any) -> None:
                super().__init__(*given, **more)
                clusters.append(self)

        def client(app: Any, base_url: str = "http://testserver", **more: Any) -> httpx2.Client:
            """A browser for a cluster of processes; for any other app `TestClient`."""
            if alone:
                app = Real(lambda served=app: served, 2)
            real = isinstance(app, Real)
            return app.client(follow_redirects=True, **more) if real else InProcess(app, base_url=base_url, **more)

        testbed.Cluster = Real  # type: ignore[misc,assignment]
        starlette.testclient.TestClient = client  # type: ignore[misc,assignment]
    ran, wrong = 0, dict[str, BaseException]()
    for fence in page.fences:
        problem = page.outcome(fence)
        ran += fence.role == "executed"
        if problem:
            owner = fence if fence.role == "executed" else page.block(fence)
            wrong[owner.id or f"line-{owner.line}"] = problem
        while clusters:
            clusters.pop().stop()
    print(ran, " ".join(wrong), *wrong.values(), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
