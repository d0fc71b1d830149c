"""All downloads, made once; and fresh environments that hold what one names, and nothing else."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import downloads

UV = Path(sys.executable).with_name("uv")


def outside() -> dict[str, str]:
    """The environment of somebody who has none of this repository: no path to it and no virtual environment."""
    ours = {"PYTHONPATH", "VIRTUAL_ENV", "PORT"}
    kept = {name: value for name, value in os.environ.items() if name not in ours and "PYTEST" not in name}
    paths = [path for path in kept["PATH"].split(os.pathsep) if Path(path) != Path(sys.executable).parent]
    return kept | {"PATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def named(text: str) -> list[str]:
    """The packages that the head of a script names, as PEP 723 has it read."""
    (block,) = re.findall(r"(?m)^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$", text)
    content = "".join(line[2:] if line.startswith("# ") else line[1:] for line in block.splitlines(keepends=True))
    data = tomllib.loads(content)
    assert data["requires-python"] == ">=3.11"
    needs: list[str] = data["dependencies"]
    return needs


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all downloads."""
    folder = tmp_path_factory.mktemp("downloads")
    downloads.build(folder)
    return folder


Environment = Callable[..., str]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The Python of an environment that pip made, or uv, of these packages alone; one for each set of them."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def python(needs: list[str], by: str = "pip") -> str:
        key = hashlib.sha256("\n".join([by, *sorted(needs)]).encode()).hexdigest()[:12]
        home, done = base / f"environment-{key}", base / f"environment-{key}.done"
        try:
            home.mkdir()
        except FileExistsError:  # another worker makes it
            for _ in range(3000):
                if done.exists():
                    break
                time.sleep(0.1)
        else:
            commands = [[sys.executable, "-m", "venv", str(home)]]
            commands += [[str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *needs]] if needs else []
            if by == "uv":
                commands = [[str(UV), "venv", "--quiet", "--clear", "--python", sys.executable, str(home)]]
                to = str(home / "bin" / "python")
                commands += [[str(UV), "pip", "install", "--quiet", "--python", to, *needs]] if needs else []
            for command in commands:
                subprocess.run(command, env=outside(), check=True, capture_output=True)
            done.touch()
        return str(home / "bin" / "python")

    return python
