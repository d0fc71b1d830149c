"""A program that reads a file and says whether it accepts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fenceproof.data.parsing import Invalid

EXTRAS = {"caddy": "caddy", "check-jsonschema": "compose"}


def refusal(command: list[str], text: str, file: str, name: str) -> str | None:
    """What a program says that refuses `text`, which is part of `name`, as a `file`.

    None if it accepts it. Raises: Invalid, where the program is not there.
    """
    beside = str(Path(sys.executable).parent)
    places = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])
    found = shutil.which(command[0], path=places)
    if found is None:
        extra = EXTRAS[command[0]]
        raise Invalid(f'{command[0]} is not there to read it: pip install "fenceproof[{extra}]"')
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, file)
        path.write_text(text, "utf-8")
        run = subprocess.run([found, *command[1:], path], capture_output=True, encoding="utf-8")
    if run.returncode == 0:
        return None
    said = run.stdout if run.stdout.startswith("{") else run.stderr or run.stdout
    said = said.strip().replace(str(path), name)
    return said or f"{command[0]} ended with status {run.returncode}"
