"""The independent count: the code that the built site shows is the code that the ledger accounts for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tools.site import DOCS, ROOT, pages, read


def test_every_fence_of_each_page_has_a_role() -> None:
    found = pages([ROOT, DOCS, ROOT / "README.md"])
    assert found == pages()
    assert {"README.md", "index.md"} <= {path.name for path in found}
    assert [fence.where for path in found for fence in read(path) if not fence.role] == []


def test_the_site_shows_the_fences_of_the_ledger(
    site: Path, sources: dict[str, Path], code_blocks: Callable[[str], list[str]]
) -> None:
    """Page by page, in number, order and text."""
    built = {path.parent.relative_to(site).as_posix(): path for path in site.rglob("index.html")}
    for address, source in sources.items():
        html = built.pop(address.strip("/") or ".").read_text("utf-8")
        if source.suffix == ".py":  # what a lab printed stands in the built page only
            html = re.sub(r"(<div [^>]*promise-output[^>]*>.*?)<pre>.*?</pre>", r"\1", html, flags=re.S)
        assert code_blocks(html) == [fence.shown.strip("\n") for fence in read(source)], source
    assert not built, "pages that no source accounts for"
    assert {path for path in pages() if path.is_relative_to(DOCS)} == {p for p in sources.values() if p.suffix == ".md"}
