"""The table of how each program is served is as the programs are."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tools import programs
from tools.programs import SNIPPETS, Unknown, factory, fresh, served, table

NAMES = [path.relative_to(SNIPPETS).as_posix() for path in programs.programs()]


@pytest.mark.parametrize("name", NAMES)
def test_each_program_is_made_and_starts(name: str, tmp_path: Path) -> None:
    """A failure says what has to be written into tools/programs.toml."""
    entry = served(SNIPPETS / name)
    assert entry
    with TestClient(fresh(SNIPPETS / name, tmp_path), raise_server_exceptions=False) as client:
        assert client.get("/no-such-path-in-any-program/at/all").status_code < (504 if entry.needs else 500)


def test_the_table_has_no_entry_for_what_is_not_there() -> None:
    for name, entry in table().items():
        path = SNIPPETS / name
        assert path.is_file(), f'tools/programs.toml: take out ["{name}"], which is not in snippets/'
        assert bool(entry.app) != bool(entry.command), f'["{name}"] is served by an app or started by a command'
        if entry.app:
            assert factory(path), f'tools/programs.toml: take out ["{name}"], which has no make_app'


def test_an_entry_is_not_what_is_done_without_one() -> None:
    for name, entry in table().items():
        if entry.app == "make_app()":
            assert entry.before or entry.one_process, f'tools/programs.toml: take out ["{name}"], which says nothing'


def test_a_program_that_the_table_lacks_is_told_with_what_to_add(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "SNIPPETS", tmp_path)
    path = tmp_path / "section" / "page" / "shop.py"
    path.parent.mkdir(parents=True)
    path.write_text("def make_app(store, clock, *, limit, size=1):\n    return store\n")
    with pytest.raises(Unknown) as told:
        served(path)
    assert '["section/page/shop.py"]\napp = "make_app(<store>, <clock>, <limit>)"' in str(told.value)


def test_a_module_has_nothing_to_serve() -> None:
    assert served(SNIPPETS / "testbed" / "cluster.py") is None
    with pytest.raises(Unknown, match="no app to serve"):
        fresh(SNIPPETS / "testbed" / "cluster.py")
