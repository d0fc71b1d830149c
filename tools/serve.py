"""`mkdocs serve`, quicker at the second build: unchanged pages keep their search entries.

    python -m tools.serve

Taking the pages apart for the search index is the larger part of a rebuild,
and between two builds one page has changed.
"""

import sys
from functools import wraps
from typing import Any

from material.plugins.search.plugin import SearchIndex
from mkdocs.__main__ import cli

KEPT: dict[str, tuple[str, list[dict[str, Any]]]] = {}  # by address: the page's HTML, and its entries


def keeping(add: Any) -> Any:
    """The method of the search index, asked again only for a page whose HTML has changed."""

    @wraps(add)
    def add_once(index: Any, page: Any) -> None:
        html, entries = KEPT.get(page.url, ("", []))
        if html != page.content:
            before = len(index.entries)
            add(index, page)
            KEPT[page.url] = page.content, index.entries[before:]
        else:
            index.entries += [dict(entry) for entry in entries]

    return add_once


if __name__ == "__main__":
    SearchIndex.add_entry_from_context = keeping(SearchIndex.add_entry_from_context)
    sys.argv[1:] = ["serve", "--dev-addr", "127.0.0.1:8000", *sys.argv[1:]]
    cli()
