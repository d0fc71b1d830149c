"""This site, as the engine reads it: its root, its pages and their fences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fenceproof import Fence, Role, Site, settings
from fenceproof.fence import PYTHON, SESSION

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
    can_run = fence.role is Role.EXECUTED and fence.language in PYTHON | SESSION
    return can_run and "no-browser" not in fence.classes and fence.path.resolve().is_relative_to(DOCS)


MARKER = re.compile(r"# %%(?: |$)")


def text_of(path: Path) -> str:
    """The page's Markdown; a lab is a py:percent script, and each of its code cells a fence, line by line."""
    text = path.read_text("utf-8-sig", errors="replace")
    if path.suffix != ".py":
        return text
    code, lines = False, list[str]()
    for line in text.split("\n"):
        if MARKER.match(line):
            if code:
                lines[-1] = "```"
            code = "[markdown]" not in line
            line = "```python" if code else ""
        lines.append(line if code else re.sub(r"^# ?", "", line))
    return "\n".join([*lines[:-1], "```"] if code else lines)


def parse(path: Path, text: str) -> list[Fence]:
    """Every fence of a page with this text."""
    return site().parse(path, text)


def read(path: Path) -> list[Fence]:
    """Every fence of the page at `path`."""
    return parse(path, text_of(path))
