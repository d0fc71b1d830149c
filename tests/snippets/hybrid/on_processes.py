"""Run the blocks of a page with `Cluster` being real processes.

It prints how many ran, and the ids of those that say something else than the page.

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
    with page.entered():
        import testbed
        from hybrid.cluster.processes import Processes

        class Real(Processes):
            """Stops with the last client that was entered as a context."""

            def __init__(self, *given: Any, **more: Any) -> None:
                super().__init__(*given, **more)
                clusters.append(self)

            def client(self, **options: Any) -> httpx2.Client:
                client = super().client(follow_redirects=True, **options)
                leave = client.close

                def close() -> None:
                    leave()
                    self.end()

                client.close = close  # type: ignore[method-assign]
                return client

            def end(self) -> None:
                if self in clusters:
                    clusters.remove(self)
                    self.stop()

        class Client:
            """`TestClient`, for whatever is an app; a browser, for what is a cluster of processes."""

            def __new__(cls, app: Any, base_url: str = "http://testserver", **more: Any) -> Any:
                if not isinstance(app, Real):
                    return InProcess(app, base_url=base_url, **more)
                client = app.client(**more)
                kind = type("Entered", (httpx2.Client,), {"__exit__": lambda self, *_: self.close()})
                client.__class__ = kind
                return client

        testbed.Cluster = Real  # type: ignore[misc,assignment]
        starlette.testclient.TestClient = Client  # type: ignore[misc,assignment]
    ran, wrong = 0, dict[str, BaseException]()
    for fence in page.fences:
        problem = page.outcome(fence)
        ran += fence.role == "executed"
        if problem:
            owner = fence if fence.role == "executed" else page.block(fence)
            wrong[owner.id or f"line-{owner.line}"] = problem
    for cluster in list(clusters):
        cluster.end()
    print(ran, " ".join(wrong), *wrong.values(), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
