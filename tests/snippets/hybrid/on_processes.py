"""Run the blocks of a page with `Cluster` being real processes.

On a page that makes no cluster each app that a `TestClient` is given is served by two of them.
It prints how many blocks ran, and the ids of those that say something else than the page. Blocks
of `IN_ONE` run as the page has them.

python tests/snippets/hybrid/on_processes.py docs/hybrid/index.md
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

IN_ONE = {
    "between": "it comes between two steps of one request",
    "read-only": "the client of processes has no WebSockets, and no error of the app reaches it",
    "same-origin": "the client of processes has no WebSockets",
}
clusters: list[Any] = []
in_one = False


def put_in_place(alone: bool) -> None:
    """In the page's own process, before its first block: what the blocks import from here on is real."""
    import httpx2
    import starlette.testclient

    import testbed
    from hybrid.cluster.processes import Processes

    InProcess = starlette.testclient.TestClient

    class Real(Processes):
        """Ends with the block that made it."""

        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            clusters.append(self)

    def client(app: Any, base_url: str = "http://testserver", **more: Any) -> httpx2.Client:
        """A browser for a cluster of processes; for any other app `TestClient`."""
        if alone and not in_one:
            app = Real(lambda served=app: served, 2)
        real = isinstance(app, Real)
        return app.client(follow_redirects=True, **more) if real else InProcess(app, base_url=base_url, **more)

    testbed.Cluster = Real  # type: ignore[misc,assignment]
    starlette.testclient.TestClient = client  # type: ignore[misc,assignment]


def end_clusters() -> None:
    """After each block: the clusters that it left running."""
    while clusters:
        clusters.pop().stop()


def begin(block: str) -> None:
    """Before each block."""
    global in_one
    in_one = block in IN_ONE


def main(path: Path) -> None:
    from tools.site import site

    alone = "Cluster(" not in path.read_text("utf-8")
    page = site().page(path)
    ran, wrong = 0, dict[str, str]()
    with page.running() as run:
        run.execute(f"import sys; sys.path.append({str(Path(__file__).parent)!r}); import on_processes")
        run.execute(f"on_processes.put_in_place({alone})")
        for block in page.blocks:
            ran += 1
            run.execute(f"on_processes.begin({block.program.id!r})")
            for fence in block.fences:
                if problem := run.result(fence).problem:
                    wrong.setdefault(block.program.id or f"line-{block.program.line}", problem)
            run.execute("on_processes.end_clusters()")
    site().close()
    print(ran, " ".join(wrong), *wrong.values(), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
