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


def refusal(
    command: list[str], text: str, file: str, name: str, beside: Path | None = None
) -> str | None:
    """What a program says that refuses `text`, which is part of `name`, as a `file`.

    It finds what is in the folder `beside`, and has a home of its own, which is empty.
    None if it accepts it. Raises: Invalid, where the program is not there.
    """
    ours = str(Path(sys.executable).parent)
    places = os.pathsep.join([ours, os.environ.get("PATH", os.defpath)])
    found = shutil.which(command[0], path=places)
    if found is None:
        extra = EXTRAS[command[0]]
        raise Invalid(f'{command[0]} is not there to read it: pip install "fenceproof[{extra}]"')
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        path = Path(folder, file)
        path.write_text(text, "utf-8")
        for other in beside.iterdir() if beside else ():
            if other.name != file:
                Path(folder, other.name).symlink_to(other)
        run = subprocess.run(
            [found, *command[1:], path],
            cwd=folder,
            env=_without_home(home),
            capture_output=True,
            encoding="utf-8",
        )
    if run.returncode == 0:
        return None
    said = run.stdout if run.stdout.startswith("{") else run.stderr or run.stdout
    said = said.strip().replace(str(path), name)
    return said or f"{command[0]} ended with status {run.returncode}"


def _without_home(home: str) -> dict[str, str]:
    """The environment, in which programs write what they keep into another home."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    return kept | {"HOME": home}
