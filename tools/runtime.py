"""Build what runs Python in the reader's browser: docs/assets/python/.

    python -m tools.runtime

Pyodide comes from npm and the packages from the pins of requirements.txt,
each by its hash. They are compiled by that very Pyodide and put into folders
and files that are named after their contents, so that a browser can keep them
for ever and never mixes two deployments. `manifest.json` names them.
"""

from __future__ import annotations

import gzip
import hashlib
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tools.fetch import npm_package

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "assets" / "python"
CACHE = ROOT / ".cache" / "runtime"

VERSION = "314.0.7"
INTEGRITY = "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
ZSTD = ("0.1.1", "sha512-dkuVSOKKwh3eas5VkJy1AW1vFpet8TA/fGmVA5krThl8YcOVE/8ZIoEA1+U1vEn5ckxxhLirSdY837azmbaNHA==")
NODE = str(Path(sys.executable).parent / "node")
ENGINE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
PACKAGES = (
    "starlette", "anyio", "httpx2", "httpx2-jsfetch", "idna", "typing-extensions", "itsdangerous", "python-multipart",
)  # fmt: skip
TESTING = (  # what the pages about these docs run; fetched only when one of them is imported
    "sybil", "pytest", "pluggy", "iniconfig", "packaging", "pygments", "markdown", "markdown-it-py", "mdurl",
    "pymdown-extensions", "pyyaml",
)  # fmt: skip
PAGE_MODEL = ("packages/engine/src/fenceproof/model.py", "packages/engine/src/fenceproof/session.py")
WHEELS = "--only-binary=:all: --python-version 3.14 --implementation cp --abi cp314 --platform manylinux2014_x86_64"
PREPARE = """\
import sys
sys.path += ["/lib/packages.zip", "/lib/runner.zip"]
import page
import starlette.applications, starlette.responses, starlette.routing, starlette.testclient
page.prepare()
"""  # what Python does before it can run a block: when the site is built, or else in the browser
FIRST = (*ENGINE, "zstd", "memory", "site")  # what the first press waits for
MEMORY = 30 * 2**20 + 128  # bytes of a memory, of which the first are what Pyodide says of it
SOURCE = "https://github.com/pyodide/pyodide/tree/"


def pinned(name: str) -> str:
    """The pin of a package in requirements.txt, with its hashes, whatever machine it is for there."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").replace("\\\n", " ").splitlines()
    pins = [line for line in lines if re.match(rf"{re.escape(name)}==", line)]
    if not pins:
        raise LookupError(f"{name} is not pinned in requirements.txt")
    requirement, *hashes = re.sub(r";[^-]*", " ", pins[-1]).split()
    return " ".join([requirement, *hashes])


def wheels(names: Iterable[str], folder: Path) -> list[Path]:
    """The wheels of these packages, fetched into `folder` and checked against their pins, ours or those given."""
    folder.mkdir()
    pins = folder / "pins.txt"
    pins.write_text("\n".join(name if "==" in name else pinned(name) for name in names), "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", *WHEELS.split(), "--dest", str(folder), "--requirement", str(pins)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return sorted(folder.glob("*.whl"))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files that depends on nothing else."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name in sorted(files):
            out.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def unpacked(wheel: Path) -> tuple[dict[str, bytes], str]:
    """The sources and data of a wheel, of its metadata the head, and its licence."""
    files, licence = {}, ""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".dist-info/METADATA"):  # importlib.metadata.version() reads it
                files[name] = archive.read(name).split(b"\n\n")[0] + b"\n"
            elif name.endswith(".dist-info/entry_points.txt") or ".dist-info/" not in name:
                if not name.endswith((".so", ".pyi", ".typed", "/")):
                    files[name] = archive.read(name)
            elif re.search(r"licen[cs]e|copying|authors", name, re.I):
                licence += f"---- {wheel.name}: {Path(name).name}\n\n{archive.read(name).decode()}\n\n"
    return files, licence


def made(scripts: tuple[str, ...], key: Iterable[str], gather: Callable[[Path], None]) -> Path:
    """The folder of what these scripts made, in node and Pyodide, of what is gathered in `in/`; once for each key."""
    paths = [ROOT / "tools" / name for name in scripts]
    words = [INTEGRITY, *key, *(path.read_text("utf-8") for path in paths)]
    home = CACHE / hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
    if home.is_dir():
        return home
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        work = Path(temporary)
        (work / "in").mkdir()
        (work / "out").mkdir()
        gather(work)
        pyodide = npm_package("pyodide", VERSION, INTEGRITY)
        command = [NODE, str(paths[0]), str(pyodide), str(work), *map(str, paths[1:])]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        try:
            (work / "out").rename(home)
        except OSError:  # another process was first
            if not home.is_dir():
                raise
    return home


COMPILE = ("compile.mjs", "trimmed.py")


def libraries() -> Path:
    """The folder of the libraries and of their licences."""

    def gather(work: Path) -> None:
        notices = ""
        shutil.copy(npm_package("pyodide", VERSION, INTEGRITY) / "python_stdlib.zip", work / "in" / "stdlib.zip")
        for label, names in (("packages", PACKAGES), ("testing", TESTING)):
            sources: dict[str, bytes] = {}
            for wheel in wheels(names, work / label):
                files, licence = unpacked(wheel)
                sources |= files
                notices += licence
            (work / "in" / f"{label}.zip").write_bytes(zipped(sources))
        (work / "out" / "notices.txt").write_text(notices, "utf-8")

    return made(COMPILE, [WHEELS, inspect.getsource(unpacked), *map(pinned, (*PACKAGES, *TESTING))], gather)


def runner() -> Path:
    """The folder of the runner's own modules, with those of the engine that say how a page runs."""
    modules = {Path(name).name: text for name, text in tree("docs/assets/runner/py/*.py").items()}
    modules |= {name.removeprefix("packages/engine/src/"): text for name, text in tree(*PAGE_MODEL).items()}
    modules["fenceproof/__init__.py"] = b""  # the engine's own imports what draws pages
    key = [f"{name}\n{text.decode()}" for name, text in sorted(modules.items())]

    def gather(work: Path) -> None:
        (work / "in" / "runner.zip").write_bytes(zipped(modules))

    return made(COMPILE, key, gather)


def memory(archives: Mapping[str, bytes]) -> bytes:
    """The memory of a Python that is ready, made of these archives; tools/memory.mjs says how."""

    def gather(work: Path) -> None:
        (work / "in" / "prepare.py").write_text(PREPARE, "utf-8")
        for name, data in archives.items():
            (work / "in" / f"{name}.zip").write_bytes(data)

    home = made(("memory.mjs",), [PREPARE, *(name + digest(data) for name, data in archives.items())], gather)
    return (home / "memory.bin").read_bytes()


def tree(*patterns: str) -> dict[str, bytes]:
    """Files of this repository, by their names in it."""
    paths = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def contents() -> dict[str, tuple[str, bytes]]:
    """Every file by its role: the name that it is published under, and its bytes."""
    pyodide, zstd, built = npm_package("pyodide", VERSION, INTEGRITY), npm_package("fzstd", *ZSTD), libraries()
    engine = {name: (pyodide / name).read_bytes() for name in ENGINE}
    folder = f"pyodide-{VERSION}-{digest(b''.join(engine.values()))}"
    program = tree("docs/assets/runner/py/*.py", "snippets/**/*.py")
    imported = {
        "stdlib": (built / "stdlib.zip").read_bytes(),
        "packages": (built / "packages.zip").read_bytes(),
        "runner": (runner() / "runner.zip").read_bytes(),
    }
    archives = imported | {
        "memory": memory(imported),
        "zstd": (zstd / "esm" / "index.mjs").read_bytes(),
        "site": json.dumps({name: text.decode() for name, text in sorted(program.items())}).encode(),
        "rest": (pyodide / "python_stdlib.zip").read_bytes(),
        "testing": (built / "testing.zip").read_bytes(),
    }
    notice = (
        f"Pyodide {VERSION}, with CPython and what it contains, unmodified, under the Mozilla Public License 2.0.\n"
    )
    notice += f"Its source and its licences: {SOURCE}{VERSION}\n\n" + (built / "notices.txt").read_text("utf-8")
    notice += f"---- fzstd {ZSTD[0]}\n\n" + (zstd / "LICENSE").read_text("utf-8")
    files = {name: (f"{folder}/{name}", data) for name, data in engine.items()}
    kinds = {"memory": "bin", "zstd": "mjs", "site": "json"}  # JSON is taken apart quicker than by Python a zip
    files |= {name: (f"{name}-{digest(data)}.{kinds.get(name, 'zip')}", data) for name, data in archives.items()}
    return files | {"licences": ("LICENCES.txt", notice.encode())}


WIRE: dict[str, int] = {}


def wire(path: str, data: bytes) -> int:
    """How many bytes go over the wire; counted once, since the name holds the hash of the content."""
    if path not in WIRE:
        WIRE[path] = min(len(data), len(gzip.compress(data, 6, mtime=0)))
    return WIRE[path]


def tops(archive: bytes) -> list[str]:
    """What can be imported from a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return sorted({re.split(r"[./]", name)[0] for name in opened.namelist() if name.endswith((".py", ".pyc"))})


def build(out: Path = OUT) -> dict[str, object]:
    """Write the folder anew where something in it would change; its manifest."""
    files = contents()
    version = digest("\n".join(sorted(path for path, _ in files.values())).encode())
    lazy = {"testing": tops(files["testing"][1])}
    manifest: dict[str, object] = {
        "version": version,
        "pyodide": VERSION,
        "files": {
            name: {"path": path, "size": len(data), "wire": wire(path, data)}
            for name, (path, data) in files.items()
            if name != "licences"
        },
        "first": FIRST,
        "memory": MEMORY,
        "lazy": lazy,
        "prepare": PREPARE,
    }
    text = json.dumps(manifest, indent=1) + "\n"
    kept = {path for path, _ in files.values()} | {"manifest.json"}
    for path in [*out.rglob("*")] if out.is_dir() else []:
        if path.is_file() and path.relative_to(out).as_posix() not in kept:
            path.unlink()
    for name, data in [*files.values(), ("manifest.json", text.encode())]:
        target = out / name
        if not target.is_file() or target.stat().st_size != len(data) or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f"{target.name}.{os.getpid()}")
            aside.write_bytes(data)
            aside.replace(target)  # so that nobody reads half a file
    for path in [*out.rglob("*")]:
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return manifest


if __name__ == "__main__":
    for name, file in build()["files"].items():  # type: ignore[attr-defined]
        print(f"{name:18}{file['size']:>12,}{file['wire']:>12,}  {file['path']}")
