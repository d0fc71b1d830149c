"""Consoles: commands after `$`, continued after `>`, each with what it prints."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

SECONDS = 120


class BadStatus(Exception):
    """A command that fails, or does not end."""


@dataclass(frozen=True)
class Command:
    """A command: its lines as they stand there, and what the shell is given."""

    lines: list[str]
    text: str


def commands(text: str) -> Iterator[Command]:
    """The commands of a console; the lines between them are what an earlier run printed."""
    lines = text.removesuffix("\n").split("\n")
    while lines:
        line = lines.pop(0)
        if not line.startswith("$ "):
            continue
        shown, command = [line], line[2:]
        while command.endswith("\\") and lines and lines[0].startswith("> "):
            shown.append(lines[0])
            command += "\n" + lines.pop(0)[2:]
        yield Command(shown, command)


def run_console(text: str) -> str:
    """Run the commands; the text of the console as this run would have written it.

    Raises: BadStatus, where a command fails or takes longer than two minutes.
    """
    written: list[str] = []
    for command in commands(text):
        written += command.lines
        printed = _printed(command.text)
        if printed:
            written += [_escaped(line) for line in printed.removesuffix("\n").split("\n")]
    return "\n".join(written) + "\n"


def _escaped(line: str) -> str:
    """A printed line that would read as a command gets a space before it."""
    return f" {line}" if line.startswith(("$ ", "> ")) else line


def _printed(command: str) -> str:
    """What a command prints, in the shell that readers have."""
    try:
        run = subprocess.run(  # noqa: S602
            command,
            shell=True,
            executable=shutil.which("bash"),
            env=os.environ | {"NO_COLOR": "1", "COLUMNS": "80"},
            encoding="utf-8",
            errors="backslashreplace",
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except subprocess.TimeoutExpired:
        raise BadStatus(f"`{command}` did not end in {SECONDS} s") from None
    if run.returncode:
        raise BadStatus(f"`{command}` ended with status {run.returncode}\n{run.stdout}")
    return run.stdout
