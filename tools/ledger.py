"""The ledger: every fence, its role, whether its output is compared, and whether the reader's browser runs it.

    python -m tools.ledger [--json] [PATH ...]

A path is a Markdown file or a folder of them, of this site or of any other.
A fence that no role could be given to is listed with the reason.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.fences import PYTHON, ROOT, SESSION, SHELL, Fence, read, shorten

DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", DOCS)
LABS = tuple(sorted((DOCS / "labs").glob("*.py")))  # run by the build, not by the tests
SUFFIXES = {".md", ".markdown", ".mdown", ".mkdn", ".mkd"}  # as MkDocs has them


def ours(path: Path) -> bool:
    """Whether a file is a page of this site: README.md, or below docs/ but for what is hidden or an asset."""
    path = path.resolve()
    parts = path.relative_to(DOCS).parts if path.is_relative_to(DOCS) else (".",)
    inside = parts[0] != "assets" and not any(part.startswith(".") for part in parts)
    return path == PAGES[0] or (inside and path.suffix in SUFFIXES)


def pages(paths: Iterable[Path] = PAGES) -> list[Path]:
    """The Markdown files at the paths and in the folders below them, each once.

    Raises: FileNotFoundError, where there is nothing at a path.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder")
        below = (p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        found += (
            sorted(p for p in below if ours(p) or not p.resolve().is_relative_to(DOCS)) if path.is_dir() else [path]
        )
    return list(dict.fromkeys(found))


def checked(fence: Fence, following: Fence | None) -> bool:
    """Whether a run compares something with what this fence shows."""
    if fence.role == "executed" and fence.language in PYTHON:
        return following is not None and following.role in {"output", "error"}
    return fence.role in {"output", "error", "excerpt", "validated"} or fence.language in SESSION | SHELL


def in_the_browser(fence: Fence) -> bool:
    """Whether the reader can run this fence where it stands."""
    runs = fence.role == "executed" and fence.language in PYTHON | SESSION and "no-browser" not in fence.classes
    return runs and fence.path.resolve().is_relative_to(DOCS)


def rows(fences: Sequence[Fence]) -> list[dict[str, str | int | bool]]:
    """One row a fence of a page: path, line, language, role, checked, browser, reason."""
    return [
        {
            "path": shorten(fence.path),
            "line": fence.line,
            "language": fence.language,
            "role": fence.role or "unknown",
            "checked": bool(fence.role) and checked(fence, following),
            "browser": in_the_browser(fence),
            "reason": fence.problem or fence.reason,
        }
        for fence, following in zip(fences, [*fences[1:], None], strict=False)
    ]


HEADINGS = {
    "executed": "executed",
    "output": "outputs compared",
    "error": "outputs compared",
    "validated": "validated",
    "excerpt": "validated",
    "not-run": "not run",
    "unknown": "without a role",
    "broken": "broken",
}


def summary(fences: Sequence[tuple[str, str]], pages: int) -> str:
    """The closing line, of the role and the reason of each fence: how many, on how many pages, kept how."""
    count = Counter(HEADINGS[role] for role, _ in fences)
    names = [
        name for name in dict.fromkeys(HEADINGS.values()) if name not in {"without a role", "broken"} or count[name]
    ]
    reasons = Counter(reason for role, reason in fences if role == "not-run")
    why = "; ".join(f"{n} × {reason}" if n > 1 else reason for reason, n in sorted(reasons.items()))
    parts = ", ".join(f"{count[name]} {name}" for name in names)
    return f"{len(fences)} fences on {pages} pages: {parts}" + (f" ({why})" if why else "")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.ledger", description="List every fence and its role.")
    parser.add_argument("--json", action="store_true", help="print a JSON array, one object a fence")
    site = (*PAGES, *LABS)
    parser.add_argument("paths", nargs="*", type=Path, default=site, metavar="PATH", help="Markdown files or folders")
    options = parser.parse_args()
    try:
        files = pages(options.paths)
    except FileNotFoundError as error:
        parser.error(str(error))
    table = [row for path in files for row in rows(read(path, ours(path) or path in LABS))]
    closing = summary([(str(row["role"]), str(row["reason"])) for row in table], len(files))
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if options.json:
        print(json.dumps(table, indent=1))
        print(closing, file=sys.stderr)
    else:
        for row in table:
            marks = [name if row[name] else "-" for name in ("checked", "browser")]
            print(f"{row['path']}:{row['line']}", row["language"] or "-", row["role"], *marks, row["reason"], sep="\t")
        print(closing)
    return 0


if __name__ == "__main__":
    sys.exit(main())
