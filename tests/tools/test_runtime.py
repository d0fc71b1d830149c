"""The build of the browser's Python: pinned, reproducible, and no work when nothing changed."""

from __future__ import annotations

import json
import zipfile
from hashlib import blake2b
from pathlib import Path

import pytest

from tools import runtime


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One build, of the libraries that are in the cache or come there."""
    out = tmp_path_factory.mktemp("runtime") / "python"
    runtime.build(out)
    return out


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def digests(folder: Path) -> dict[str, str]:
    """To compare, since pytest would seek a difference between megabytes for hours."""
    return {name: blake2b(data).hexdigest() for name, data in files(folder).items()}


def test_two_builds_are_the_same(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled once more from what was fetched, each file has the same name and the same bytes."""
    monkeypatch.setattr(runtime, "CACHE", tmp_path / "cache")
    runtime.build(tmp_path / "python")
    assert digests(tmp_path / "python") == digests(built)


def test_nothing_is_done_when_nothing_changed(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a process nor a file is touched, so it needs no network."""
    stray = built / "stdlib-000000000000.zip"
    stray.write_bytes(b"of an earlier build")
    before = {path: path.stat().st_mtime_ns for path in built.rglob("*") if path.is_file() and path != stray}
    monkeypatch.setattr("subprocess.run", None)
    runtime.build(built)
    assert {path: path.stat().st_mtime_ns for path in built.rglob("*") if path.is_file()} == before


def test_names_hold_the_hash_of_the_content(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))
    for name, file in manifest["files"].items():
        data = (built / file["path"]).read_bytes()
        assert len(data) == file["size"]
        if name in {"pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"}:
            folder = b"".join((built / manifest["files"][part]["path"]).read_bytes() for part in runtime.ENGINE)
            assert runtime.digest(folder) in file["path"]
        else:
            assert runtime.digest(data) in file["path"]


def test_the_first_download_is_small(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))
    listed = manifest["files"]
    first = [listed[name]["wire"] for name in manifest["first"]]
    assert sum(first) <= 7_500_000
    assert max(file["size"] for file in listed.values()) < 25_000_000  # as static hosts have it


def test_a_change_of_a_program_changes_only_its_archive(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = runtime.tree
    more = {"snippets/another.py": b"x = 1\n"}
    monkeypatch.setattr(runtime, "tree", lambda *names: tree(*names) | (more if "snippets/**/*.py" in names else {}))
    runtime.build(tmp_path)
    old, new = files(built), files(tmp_path)
    assert {name.split("-")[0] for name in new.keys() - old.keys()} == {"site"}
    assert json.loads(old["manifest.json"])["version"] != json.loads(new["manifest.json"])["version"]


def test_the_licences_are_beside_it(built: Path) -> None:
    text = (built / "LICENCES.txt").read_text("utf-8")
    assert f"github.com/pyodide/pyodide/tree/{runtime.VERSION}" in text
    assert "Mozilla Public License 2.0" in text
    for name in (*runtime.PACKAGES, *runtime.TESTING):
        assert f"---- {name.replace('-', '_')}" in text.lower().replace("pyyaml", "pyyaml"), name


def test_it_is_compiled_and_trimmed(built: Path) -> None:
    (stdlib,) = built.glob("stdlib-*.zip")
    with zipfile.ZipFile(stdlib) as archive:
        names = set(archive.namelist())
    assert "sqlite3/__init__.pyc" in names
    assert not [name for name in names if name.endswith(".py")]
    assert not {"turtle.pyc", "idlelib/__init__.pyc", "tkinter/__init__.pyc"} & names


def test_a_package_without_a_pin_is_refused() -> None:
    with pytest.raises(LookupError, match="no-such-package is not pinned"):
        runtime.pinned("no-such-package")
    assert runtime.pinned("httpx2-jsfetch").startswith("httpx2-jsfetch==1.0 --hash=sha256:")
