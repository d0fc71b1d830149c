"""Starlette's own test suite, under the shim with threads made impossible, beside a run without."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest

from tools.spread import WEEKLY

ROOT = Path(__file__).parent.parent.parent
CACHE = ROOT / ".cache" / "starlette"

SDIST = "starlette==1.10.0 --hash=sha256:b8399098d4c1e3522734f7235dc79b1fc967f96cf139c81e0fa30479e0685f9b"
NEEDED = """\
python-multipart==0.0.34 --hash=sha256:ebacd224bd686eee2f9aa1066a657affe07435a185834e05e5235e2e59173e91
trio==0.35.0 --hash=sha256:9a062a029487c1bdbcc1b2543b729a0bde857ce478b1512c84f391f628e0c5c9
sniffio==1.3.1 --hash=sha256:2f6da418d1f1e0fddd844478f41680e794e6051915791a034ff65e5f100525a2
outcome==1.3.0.post0 --hash=sha256:e771c5ce06d1415e356078d3bdd68523f284b4ce5419828922b6871e65eda82b
"""
PLUGIN = """\
import threading
import threadless

def start(self, *args, **kwargs):
    raise RuntimeError("can't start new thread")

threadless.install()
threading.Thread.start = start
"""
LOST = {  # by the shim, and why
    "test_multipart_request_large_file_rollover_in_background_thread": "asserts that another thread wrote the file",
}
EITHER = {  # also without it, and why
    "test_request_headers": "asserts headers without zstd, which newer Pythons and clients offer",
    "test_websocket_headers": "the same",
    "test_staticfiles_with_invalid_dir_permissions_returns_401": "root may read every folder",
}


def download(pins: str, *how: str) -> list[Path]:
    """What these pins name, fetched once."""
    folder = CACHE / hashlib.sha256(pins.encode()).hexdigest()[:12]
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
            listed = Path(temporary, "pins.txt")
            listed.write_text(pins, "utf-8")
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
            subprocess.run([*command, *how, "--dest", f"{temporary}/got", "--requirement", str(listed)], check=True)
            Path(temporary, "got").rename(folder)
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the suite of the release, what it needs, and a plugin that forbids threads."""
    folder = tmp_path_factory.mktemp("starlette")
    (sdist,) = download(SDIST, "--no-binary", "starlette")
    with tarfile.open(sdist) as archive:
        inside = [member for member in archive if re.match(r"[^/]+/(tests/|pyproject.toml)", member.name)]
        archive.extractall(folder, inside, filter="data")
    for wheel in download(NEEDED, "--only-binary=:all:"):
        zipfile.ZipFile(wheel).extractall(folder / "needed")
    (folder / "needed" / "nothreads.py").write_text(PLUGIN, "utf-8")
    return folder


def outcomes(suite: Path, *options: str) -> tuple[int, set[str]]:
    """How many tests passed, and the names of those that failed."""
    (tests,) = suite.glob("starlette-*")
    path = [suite / "needed", ROOT / "docs" / "assets" / "runner" / "py", tests]
    command = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider"]
    # Trio needs threads of its own; the telemetry tests need what no page uses.
    command += ["-k", "not trio", "--ignore=tests/middleware/test_opentelemetry.py", *options, "tests"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path)), "PYTEST_ADDOPTS": "", "COLUMNS": "300"}
    run = subprocess.run(command, cwd=tests, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed, run.stdout
    return int(passed[1]), set(re.findall(r"^FAILED \S+::(\w+)", run.stdout, re.M))


def test_no_test_is_lost_without_threads(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that fail are known by name; every week a run with threads says how many there are."""
    without, lost = outcomes(suite, "-p", "nothreads")
    with capsys.disabled():
        print(f"\nStarlette's suite: {without} pass under the shim without any thread")
    assert lost <= LOST.keys() | EITHER.keys()
    assert without > 700
    if WEEKLY:
        with_threads, failed = outcomes(suite)
        assert failed <= EITHER.keys()
        assert without >= with_threads - len(LOST)
