"""An npm package comes in whole and only with the pinned hash."""

import base64
import hashlib
import io
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tools import fetch


@pytest.fixture
def integrity(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The hash of the archive that a registry of one package hands out."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        entry = tarfile.TarInfo("package/index.js")
        entry.size = 2
        tar.addfile(entry, io.BytesIO(b"{}"))

    def pack(command: list[str], **options: Any) -> None:
        (Path(command[-1]) / "small-1.0.0.tgz").write_bytes(archive.getvalue())

    monkeypatch.setattr(subprocess, "run", pack)
    monkeypatch.setattr(fetch, "CACHE", tmp_path)
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.getvalue()).digest()).decode()


def test_fetched_once(integrity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it comes from the cache."""
    home = fetch.npm_package("small", "1.0.0", integrity)
    assert (home / "index.js").read_text() == "{}"
    monkeypatch.setattr(subprocess, "run", None)
    assert fetch.npm_package("small", "1.0.0", integrity) == home


def test_another_archive_is_refused(integrity: str, tmp_path: Path) -> None:
    """An archive with another hash is named and nothing of it is kept."""
    with pytest.raises(ValueError, match=r"small@1\.0\.0 has sha512-"):
        fetch.npm_package("small", "1.0.0", integrity.swapcase())
    assert list(tmp_path.iterdir()) == []
