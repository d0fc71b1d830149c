"""The README of the package does what it says."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from fenceproof import Role, Site, cli, roles, settings
from fenceproof.fence import DATA, PYTHON, SESSION, SHELL

PACKAGE = Path(__file__).parent.parent
TEXT = (PACKAGE / "README.md").read_text("utf-8")
FENCES = Site(PACKAGE).page("README.md").fences

Write = Callable[[str, str], Path]


def test_its_program_lists_the_pages(
    write: Write,
    own_site: Site,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write("docs/index.md", "# T\n\n```python\nx = 1\n```\n")
    programs = [fence for fence in FENCES if fence.role is Role.EXECUTED]
    assert [fence.role for fence in FENCES] == [
        Role.NOT_RUN,
        Role.VALIDATED,
        Role.NOT_RUN,
        Role.EXECUTED,
    ]
    monkeypatch.chdir(tmp_path)
    exec(programs[0].body, {})
    assert capsys.readouterr().out == "docs/index.md 1 []\n"


def test_its_table_of_settings_is_one(tmp_path: Path) -> None:
    (table,) = [fence for fence in FENCES if fence.role is Role.VALIDATED]
    (tmp_path / "pyproject.toml").write_text(table.body, "utf-8")
    assert settings.read(tmp_path) == settings.Settings(config="mkdocs.yml", path=("src",))


def test_its_table_names_each_module() -> None:
    for path in (PACKAGE / "src" / "fenceproof").glob("[!_]*.py"):
        assert f"`{path.stem}`" in TEXT, f"README.md does not say what {path.name} knows"


def test_its_page_with_one_fence_of_each_kind_is_right(own_site: Site, write: Write) -> None:
    (example,) = [fence for fence in FENCES if fence.language == "markdown"]
    write("docs/index.md", example.body)
    page = own_site.page("docs/index.md")
    assert page.problems == []
    assert {fence.role for fence in page.fences} == set(Role)
    with closing(own_site), page.running(reached=True) as run:
        failed = [fence.where for fence in page.fences if not run.result(fence).ok]
        assert failed == []
        assert run.unreached() == []
    used = {name for fence in page.fences for name in fence.header.classes}
    assert used >= roles.ROLES | roles.OURS


def test_its_tables_name_all_that_a_header_may_say() -> None:
    names = [f".{name}" for name in roles.ROLES | roles.MARKS] + sorted(roles.OPTIONS)
    for name in [*names, *PYTHON, *SESSION, *SHELL, *DATA]:
        assert re.search(rf"[`{{ ]{re.escape(name)}[`= }}]", TEXT), f"README.md lacks {name}"


def test_its_tables_name_each_option_and_its_default() -> None:
    for table in (settings.Settings, settings.Mutants):
        for field in fields(table):
            if field.name == "mutants":
                continue
            name = field.name.replace("_", "-")
            (default,) = re.findall(rf"^\| `{name}` \| (.+?) \|", _table(table), re.M)
            given = list(field.default) if isinstance(field.default, tuple) else field.default
            assert default in {f"`{json.dumps(given)}`", "those that pages include"}


def _table(settings_of: type) -> str:
    """The table of the README with the options of one table of pyproject.toml."""
    name = "tool.fenceproof.mutants" if settings_of is settings.Mutants else "tool.fenceproof"
    return TEXT.split(f"| `[{name}]` |")[1].split("\n\n")[0]


def test_it_names_each_command_with_its_options() -> None:
    for name, command in cli.COMMANDS.items():
        parser = cli.Parser()
        importlib.import_module(command.module).arguments(parser)
        assert f"`fenceproof {name} " in TEXT
        for option in re.findall(r"--[\w-]+", parser.format_usage()):
            assert f"{option}" in TEXT, f"README.md does not name {name} {option}"
