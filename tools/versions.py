"""Puts in the place of a line `<!-- versions -->` which versions this copy of the site stands for.

A Markdown extension, since what a block prints is recorded once and the
versions of a machine are not: the libraries are those of the build, and the
Pythons those that the tests name.
"""

import platform
import re
from importlib.metadata import version
from typing import Any

import yaml
from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from tools.runtime import VERSION, WHEELS
from tools.site import ROOT

NAMED = ("Starlette", "AnyIO", "httpx2", "uvicorn", "pytest", "Sybil", "MkDocs")
MARK = "<!-- versions -->"


def table() -> list[str]:
    """The rows, as Markdown."""
    test = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8"))
    pythons = test["jobs"]["test"]["strategy"]["matrix"]["python"]
    browser = re.search(r"--python-version (\S+)", WHEELS)
    assert browser
    return [
        "| What | Version |",
        "|---|---|",
        f"| Python that built this copy | {platform.python_version()} |",
        f"| Pythons of the tests, on each push | {', '.join(pythons)} |",
        f"| Python in your browser | {browser[1]}, by Pyodide {VERSION} |",
        *(f"| {name} | {version(name)} |" for name in NAMED),
    ]


class Versions(Preprocessor):  # type: ignore[misc]
    def run(self, lines: list[str]) -> list[str]:
        return [new for line in lines for new in (table() if line == MARK else [line])]


class Named(Extension):  # type: ignore[misc]
    """Registers the above, after fences have been taken out."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(Versions(md), "versions", 24)


def makeExtension(**options: Any) -> Extension:
    """What Python-Markdown asks for when it is given `tools.versions`."""
    return Named(**options)
