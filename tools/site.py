"""This site, as the engine reads it: its root, its pages and their fences."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fenceproof import Fence, Site, percent, settings
from fenceproof.ledger import runs_in_browser

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LABS = tuple(sorted((DOCS / "labs").glob("*.py")))  # run by the build, not by the tests


@cache
def site() -> Site:
    """The site that pyproject.toml is about."""
    given = settings.read(ROOT)
    assert given, "pyproject.toml has a table [tool.fenceproof]"
    return given.site(ROOT)


def shorten(path: Path) -> str:
    """The path from the root; outside of it, as given."""
    return site().name(path)


def pages(paths: Iterable[Path] = (ROOT,)) -> list[Path]:
    """The site's pages that are these paths, or below them.

    Raises: FileNotFoundError, where there is none at a path.
    """
    found: list[Path] = []
    for path in paths:
        inside = [page for page in site().pages() if page.is_relative_to(path.resolve())]
        if not inside:
            raise FileNotFoundError(f"{path}: no page of this site")
        found += inside
    return list(dict.fromkeys(found))


def in_the_browser(fence: Fence) -> bool:
    """Whether the reader can run this fence where it stands."""
    return runs_in_browser(site(), fence)


def text_of(path: Path) -> str:
    """The page's Markdown; that of a lab, a script in the percent form, line by line."""
    text = path.read_text("utf-8-sig", errors="replace")
    return percent.text_of(text) if percent.is_script(path) else text


def parse(path: Path, text: str) -> list[Fence]:
    """Every fence of a page with this text."""
    return site().parse(path, text)


def read(path: Path) -> list[Fence]:
    """Every fence of the page at `path`."""
    return site().page(path).fences
