"""`mkdocs serve`, quicker at the second build: what has not changed is not made again.

    python -m tools.serve

Between two builds one page or one program has changed. Any other page keeps
its HTML and its search entries, unless it had a problem: that is told again.
A changed program goes into the archive that the reader's browser loads, too,
and into what readers take along.
"""

import logging
import re
import subprocess
import sys
from functools import wraps
from pathlib import Path
from typing import Any

from material.plugins.search.plugin import SearchIndex, SearchPlugin
from mkdocs.__main__ import cli
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler
from mkdocs_jupyter.plugin import Plugin as Notebooks

from tools import runtime
from tools.pages import CLAIMS
from tools.site import ROOT

INCLUDE = re.compile(r'--8<-- "([^":]+)')
RENDERED: dict[str, tuple[object, dict[str, Any]]] = {}  # by address: what a page was made of, and what was made
FOUND: dict[str, tuple[str, list[dict[str, Any]]]] = {}  # by address: the page's HTML, and its search entries
NOTEBOOKS: dict[object, bool] = {}
MAKING: list[subprocess.Popen[bytes]] = []  # the process that makes what readers take along


def changed(path: Path) -> int:
    """When a file was changed; 0 where there is none."""
    return path.stat().st_mtime_ns if path.is_file() else 0


def rendering(render: Any, warned: CountHandler) -> Any:
    """How a page becomes HTML, done again only where its text, what it includes, the claims or the files differ."""

    @wraps(render)
    def render_once(page: Page, config: Any, files: Files) -> None:
        named = [base / name for name in INCLUDE.findall(page.markdown or "") for base in (ROOT / "snippets", ROOT)]
        tools = sorted((ROOT / "tools").glob("*.py"))  # which no one has imported anew
        made_of = page.markdown, *map(changed, [*named, CLAIMS, *tools]), *sorted(file.src_uri for file in files)
        kept, made = RENDERED.get(page.url, (None, {}))
        if kept != made_of:
            before = sum(warned.counts.values())
            render(page, config, files)
            names = "content", "toc", "_title_from_render", "present_anchor_ids", "links_to_anchors"
            made = {name: getattr(page, name) for name in names}
            made["links_to_anchors"] = {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()}
            whole = sum(warned.counts.values()) == before and Path(page.file.abs_src_path or "") != CLAIMS
            RENDERED[page.url] = (made_of if whole else None), made
        vars(page).update(made)
        page.links_to_anchors = {files.src_uris[uri]: links for uri, links in made["links_to_anchors"].items()}

    return render_once


def searching(add: Any) -> Any:
    """The method of the search index, asked again only for a page whose HTML has changed."""

    @wraps(add)
    def add_once(index: Any, page: Page) -> None:
        html, entries = FOUND.get(page.url, ("", []))
        if html != page.content:
            before = len(index.entries)
            add(index, page)
            FOUND[page.url] = page.content or "", index.entries[before:]
        else:
            index.entries += [dict(entry) for entry in entries]

    return add_once


def asking(should_include: Any) -> Any:
    """Whether a file is a notebook, asked again only where the file has changed."""

    @wraps(should_include)
    def ask_once(plugin: Any, file: Any) -> bool:
        key = file.abs_src_path, changed(Path(file.abs_src_path or "-"))
        if key not in NOTEBOOKS:
            NOTEBOOKS[key] = should_include(plugin, file)
        return NOTEBOOKS[key]

    return ask_once


def stop_making() -> None:
    """End what an earlier build began."""
    while MAKING:
        MAKING.pop().terminate()


def take_along(folder: Path) -> None:
    """Make what readers take along, in a process of its own: it takes longer than whoever edits should wait."""
    stop_making()
    MAKING.append(subprocess.Popen([sys.executable, "-m", "tools.downloads", str(folder)], stdout=subprocess.DEVNULL))


def building(on_post_build: Any) -> Any:
    """After each build, what the browser loads is as the programs are: in the site, since docs/ is watched."""

    @wraps(on_post_build)
    def build_last(plugin: Any, *, config: Any) -> None:
        on_post_build(plugin, config=config)
        runtime.build(Path(config.site_dir, "assets", "python"))
        take_along(Path(config.site_dir, "assets", "downloads"))

    return build_last


def main() -> None:
    warned = CountHandler(level=logging.WARNING)
    logging.getLogger("mkdocs").addHandler(warned)
    Page.render = rendering(Page.render, warned)  # type: ignore[method-assign]
    SearchIndex.add_entry_from_context = searching(SearchIndex.add_entry_from_context)
    Notebooks.should_include = asking(Notebooks.should_include)
    SearchPlugin.on_post_build = building(SearchPlugin.on_post_build)
    sys.argv[1:] = ["serve", "--dev-addr", "127.0.0.1:8000", *sys.argv[1:]]
    try:
        cli()
    finally:
        stop_making()


if __name__ == "__main__":
    main()
