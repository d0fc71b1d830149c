"""Fetch what the tests need from the npm registry, by exact version and hash."""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache" / "npm"


def npm_package(name: str, version: str, integrity: str) -> Path:
    """The folder of an npm package, fetched once and checked against its pinned hash.

    Raises: ValueError, where the archive is not the one that was pinned.
    """
    pin = hashlib.sha256(integrity.encode()).hexdigest()[:12]
    home = CACHE / f"{name.replace('/', '-')}-{version}-{pin}"
    if home.is_dir():
        return home
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as work:
        npm = str(Path(sys.executable).parent / "npm")
        command = [npm, "pack", f"{name}@{version}", "--silent", "--pack-destination", work]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(work).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if integrity != f"sha512-{digest}":
            raise ValueError(f"{name}@{version} has sha512-{digest}, but {integrity} is pinned")
        with tarfile.open(archive) as tar:
            tar.extractall(work, filter="data")
        try:
            (Path(work) / "package").rename(home)
        except OSError:  # another process was first
            if not home.is_dir():
                raise
    return home
