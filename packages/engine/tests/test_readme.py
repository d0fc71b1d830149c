"""The README of the package does what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fenceproof import Role, Site, settings

PACKAGE = Path(__file__).parent.parent


def test_its_program_lists_the_pages(
    write: Callable[[str, str], Path],
    own_site: Site,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write("docs/index.md", "# T\n\n```python\nx = 1\n```\n")
    page = Site(PACKAGE).page("README.md")
    programs = [fence for fence in page.fences if fence.role is Role.EXECUTED]
    assert [fence.role for fence in page.fences] == [Role.VALIDATED, Role.EXECUTED]
    monkeypatch.chdir(tmp_path)
    exec(programs[0].body, {})
    assert capsys.readouterr().out == "docs/index.md 1 []\n"


def test_its_table_of_settings_is_one(tmp_path: Path) -> None:
    (table, _) = Site(PACKAGE).page("README.md").fences
    (tmp_path / "pyproject.toml").write_text(table.body, "utf-8")
    assert settings.read(tmp_path) == settings.Settings(config="mkdocs.yml", path=("src",))


def test_its_table_names_each_module() -> None:
    text = (PACKAGE / "README.md").read_text("utf-8")
    for path in (PACKAGE / "src" / "fenceproof").glob("[!_]*.py"):
        assert f"`{path.stem}`" in text, f"README.md does not say what {path.name} knows"
