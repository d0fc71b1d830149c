"""Small sites in empty folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fenceproof import Site
from fenceproof.zygote import Zygote

MKDOCS = """\
site_name: A site
plugins: []
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.snippets:
      base_path: [snippets, .]
      dedent_subsections: true
  - pymdownx.superfences:
      custom_fences:
        - name: "*"
          class: fenceproof
          validator: !!python/name:fenceproof.superfences.validate
          format: !!python/name:fenceproof.superfences.format
  - pymdownx.tabbed:
      alternate_style: true
"""

Write = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "docs").mkdir()
    (folder / "snippets").mkdir()
    (folder / "mkdocs.yml").write_text(MKDOCS)
    return folder


@pytest.fixture(scope="session")
def site(_folder: Path) -> Site:
    """A site of MkDocs with the usual extensions of Material, the same for all tests."""
    return Site(_folder)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below the folder of the test."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    return written


@pytest.fixture(scope="session")
def mkdocs() -> str:
    """A mkdocs.yml with the usual extensions of Material."""
    return MKDOCS


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """One for all sites whose pages are run, since it takes longer to start than a page."""
    server = Zygote()
    yield server
    server.close()


@pytest.fixture
def own_site(write: Write, tmp_path: Path) -> Site:
    """A site of MkDocs in the folder of the test, where `write` writes."""
    write("mkdocs.yml", MKDOCS)
    write("docs/index.md", "# A page\n")
    return Site(tmp_path)
