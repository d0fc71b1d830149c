"""Any site's configuration is read as its own program reads it, and each page is found."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fenceproof import ConfigError, Role, Site

Write = Callable[[str, str], Path]

AS_MATERIAL_DOCUMENTS_IT = """\
site_name: A site
theme:
  name: material
plugins:
  - search
  - not-on-this-machine:
      a: b
hooks: [hooks/not_there.py]
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_code_format
"""

PAGE = "# T\n\n```python\nx = 1\n```\n"


@pytest.mark.parametrize(
    "configuration",
    [
        "site_name: A site\n",
        "site_name: A site\nmarkdown_extensions: [pymdownx.superfences]\n",
        "site_name: A site\nmarkdown_extensions:\n  - pymdownx.snippets\n",
        "site_name: A site\nmarkdown_extensions:\n  pymdownx.snippets:\n    base_path: .\n",
        "site_name: A site\nsite_url: !ENV [NOT_SET, 'https://docs.example/']\n",
        AS_MATERIAL_DOCUMENTS_IT,
    ],
)
def test_an_ordinary_configuration_is_read(
    configuration: str, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("mkdocs.yml", configuration)
    write("docs/index.md", PAGE)
    monkeypatch.chdir("/")
    site = Site(tmp_path / "mkdocs.yml")
    assert site.pages() == [tmp_path / "docs/index.md"]
    (fence,) = site.page("docs/index.md").fences
    assert (fence.where, fence.role, fence.problem) == ("docs/index.md:3", Role.EXECUTED, "")


def test_what_is_not_installed_is_named_and_not_fatal(write: Write, tmp_path: Path) -> None:
    write("mkdocs.yml", AS_MATERIAL_DOCUMENTS_IT + "  - not_on_this_machine\n")
    write("docs/index.md", PAGE)
    assert Site(tmp_path).notes == [
        'the plugin "not-on-this-machine" is not installed: what it adds to pages is not seen',
        'the extension "not_on_this_machine" does not load (ModuleNotFoundError: '
        "No module named 'not_on_this_machine'): what it adds to pages is not seen",
    ]
    assert [fence.problem for fence in Site(tmp_path).page("docs/index.md").fences] == [""]


BUILDS = "material.extensions.preview"  # it asks for what MkDocs adds when it builds the site


def test_an_extension_that_draws_in_a_build_alone_is_named(write: Write, tmp_path: Path) -> None:
    write("mkdocs.yml", f"site_name: A site\nmarkdown_extensions: [{BUILDS}, attr_list]\n")
    write("docs/index.md", PAGE)
    (note,) = Site(tmp_path).notes
    assert note.startswith(
        f'the extension "{BUILDS}" does not load (ValueError: No item named "rel'
    )
    (fence,) = Site(tmp_path).page("docs/index.md").fences
    assert (fence.role, fence.problem) == (Role.EXECUTED, "")


@pytest.mark.parametrize("extension", ["pymdownx.extra", "extra", "fenced_code"])
def test_an_extension_may_bring_fences_of_its_own(
    extension: str, write: Write, tmp_path: Path
) -> None:
    write("mkdocs.yml", f"site_name: A site\nmarkdown_extensions: [{extension}]\n")
    write("docs/index.md", PAGE)
    (fence,) = Site(tmp_path).page("docs/index.md").fences
    assert (fence.role, fence.problem, Site(tmp_path).notes) == (Role.EXECUTED, "", [])


def test_an_inherited_configuration_counts(write: Write, tmp_path: Path) -> None:
    write("base.yml", "site_name: A site\ndocs_dir: pages\n")
    write("site/mkdocs.yml", "INHERIT: ../base.yml\n")
    write("site/pages/index.md", PAGE)
    assert Site(tmp_path / "site").pages() == [tmp_path / "site/pages/index.md"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("site_name: [\n", "expected the node content"),
        ("docs_dir: nowhere\n", "docs_dir: The path .* isn't an existing directory"),
        ("theme: !!python/name:nowhere.at_all ''\n", "cannot find module 'nowhere'"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_named(
    text: str, words: str, write: Write, tmp_path: Path
) -> None:
    file = write("mkdocs.yml", text)
    write("docs/index.md", PAGE)
    with pytest.raises(ConfigError, match=words) as told:
        Site(tmp_path).pages()
    assert str(told.value).startswith(f"{file}: ")


def test_nothing_is_read_before_something_is_asked_for() -> None:
    site = Site("nowhere/mkdocs.yml")
    with pytest.raises(ConfigError, match="no such file or folder"):
        site.pages()
    heavy = "mkdocs", "material", "_pytest", "sybil"
    code = f"import sys, fenceproof; print([name for name in {heavy} if name in sys.modules])"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True)
    assert run.stdout == "[]\n"


# -- which files are pages ------------------------------------------------------------


def test_each_page_that_is_published_is_found(own_site: Site, write: Write, tmp_path: Path) -> None:
    odd = ["build/a.md", "dist/b.md", "venv/c.md", "node_modules/d.md", "x.egg/e.md", "CVS/f.md"]
    for name in odd:
        write(f"docs/{name}", PAGE)
    write("outside.md", PAGE)
    (tmp_path / "docs/linked.md").symlink_to(tmp_path / "outside.md")
    write("elsewhere/g.md", PAGE)
    (tmp_path / "docs/folder").symlink_to(tmp_path / "elsewhere")
    write("docs/.hidden/h.md", PAGE)
    write("docs/.i.md", PAGE)
    write("docs/j.txt", PAGE)
    found = {path.relative_to(tmp_path / "docs").as_posix() for path in own_site.pages()}
    assert found == {*odd, "index.md", "linked.md", "folder/g.md"}


def test_what_a_site_leaves_out_is_no_page(write: Write, tmp_path: Path) -> None:
    write("mkdocs.yml", "site_name: A site\nexclude_docs: |\n  drafts/\n  *.part.md\n")
    for name in ("index.md", "drafts/a.md", "b.part.md"):
        write(f"docs/{name}", PAGE)
    assert Site(tmp_path).pages() == [tmp_path / "docs/index.md"]


def test_further_pages_are_named(own_site: Site, write: Write, tmp_path: Path) -> None:
    write("README.md", PAGE)
    write("notes/deep/a.md", PAGE)
    names = [own_site.name(path) for path in Site(tmp_path, pages=("README.md", "notes")).pages()]
    assert names == ["docs/index.md", "README.md", "notes/deep/a.md"]


def test_a_folder_without_a_configuration_is_markdown(write: Write, tmp_path: Path) -> None:
    write("a/guide.md", "- item\n\n  ```python\n  x = 1\n  ```\n")
    (fence,) = Site(tmp_path).page("a/guide.md").fences
    assert (fence.where, fence.body, fence.problem) == ("a/guide.md:3", "x = 1\n", "")
