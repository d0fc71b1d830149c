"""The labs: notebooks that mkdocs-jupyter runs, drawn like any other page.

mkdocs-jupyter asks nbconvert to run and to render; tools/notebook/ tells nbconvert to do both by `Lab`.
A run is kept in .cache/labs/ under a digest of all that it may depend on. As a Markdown extension,
`tools.labs` does no more than to name that folder to nbconvert.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jupytext
import nbformat
import yaml
from markdown import Markdown
from markdown.extensions import Extension
from mkdocs.utils.yaml import get_yaml_loader
from nbconvert.preprocessors import ExecutePreprocessor

from tools.runtime import zipped

ROOT = Path(__file__).resolve().parent.parent
LABS, SNIPPETS, CACHE = ROOT / "docs" / "labs", ROOT / "snippets", ROOT / ".cache" / "labs"


# -- running -----------------------------------------------------------------


def modules(text: str) -> set[str]:
    """The modules that a program names in its imports."""
    nodes = [*ast.walk(ast.parse(text))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def imported(text: str, seen: set[Path]) -> Iterator[Path]:
    """The files of each folder of snippets/ that a program imports from, and what those import."""
    for name in sorted(modules(text)):
        path = SNIPPETS / name.replace(".", "/")
        folder = path if path.is_dir() else path.parent if path.with_suffix(".py").is_file() else None
        if folder and folder not in seen:
            seen.add(folder)
            for file in sorted(file for file in folder.glob("[!.]*") if file.is_file()):
                yield file
                if file.suffix == ".py":
                    yield from imported(file.read_text("utf-8"), seen)


def programs(text: str) -> dict[str, bytes]:
    """What a lab needs of snippets/, by its place there."""
    return {path.relative_to(SNIPPETS).as_posix(): path.read_bytes() for path in imported(text, set())}


def digest(text: str) -> str:
    """A name for a run: of the lab, the programs it imports, the packages and the Python."""
    found = hashlib.sha256(f"{sys.version}\n{text}".encode())
    needed = {"requirements.txt": (ROOT / "requirements.txt").read_bytes(), **programs(text)}
    for name, data in needed.items():
        found.update(name.encode() + b"\0" + data + b"\0")
    return found.hexdigest()[:24]


# -- drawing -----------------------------------------------------------------


def renderer() -> Markdown:
    """Python-Markdown as mkdocs.yml sets it up."""
    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), get_yaml_loader())  # noqa: S506
    settings: dict[str, Any] = {}
    for entry in config["markdown_extensions"]:
        settings |= entry if isinstance(entry, dict) else {entry: {}}
    settings["pymdownx.snippets"]["base_path"] = [
        str(ROOT / base) for base in settings["pymdownx.snippets"]["base_path"]
    ]
    return Markdown(extensions=list(settings), extension_configs=settings)


from_dict: Callable[[Any], Any] = nbformat.from_dict
LINK = re.compile(r'href="(\.\./)?([\w/-]+)\.(?:md|py)(#[\w-]+)?"')


def address(link: re.Match[str]) -> str:
    """A link from one source to another, as the built pages have it."""
    below = "../../" if link[1] else "../"
    return f'href="{below}{re.sub(r"(^|/)index$", "", link[2])}/{link[3] or ""}"'


def link(name: str, kind: str, data: bytes) -> str:
    """A link to a download that is in the page itself."""
    return f'<a href="data:application/{kind};base64,{base64.b64encode(data).decode()}" download="{name}">{name}</a>'


def downloads(name: str, notebook: nbformat.NotebookNode) -> str:
    """Links to the script, which mkdocs-jupyter puts beside the page; to the notebook, and to what both import."""
    bare = from_dict({**notebook, "cells": [dict(cell) for cell in notebook.cells]})
    for number, cell in enumerate(bare.cells):
        cell["id"] = f"cell-{number}"
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    archive = zipped(programs((LABS / f"{name}.py").read_text("utf-8")))
    links = [
        f'<a href="{name}.py" download>{name}.py</a>',
        link(f"{name}.ipynb", "x-ipynb+json", json.dumps(bare, ensure_ascii=False).encode()),
        link("programs.zip", "zip", archive),
    ]
    return f'<p class="actions">{" ".join(links)}</p>'


def page(name: str, notebook: nbformat.NotebookNode) -> str:
    """The HTML of a lab that has run."""
    parts, figures = [], []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        said = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/svg+xml" in data:
                figures.append(f"<figure>{data['image/svg+xml']}</figure>")
                parts.append(f"<!-- figure {len(figures) - 1} -->")
            else:
                said += data.get("text/plain", "")
        if said:
            parts.append(f"```{{ .text .output }}\n{said.rstrip()}\n```")
    html = LINK.sub(address, renderer().convert("\n\n".join(parts)))
    html = html.replace(' data-run="python"', "")  # the browser's Python draws no charts and starts no processes
    html = re.sub(r"<!-- figure (\d+) -->", lambda found: figures[int(found[1])], html)
    return html + downloads(name, notebook)


class Lab(ExecutePreprocessor):
    """Runs a lab where no run of it is kept, as its reader will, and leaves the page's HTML to the template."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Any = None, km: Any = None) -> tuple[Any, Any]:
        script = next(path for path in LABS.glob("*.py") if same(path, nb))
        kept = CACHE / f"{script.stem}-{digest(script.read_text('utf-8'))}.ipynb"
        if kept.exists():
            nb = from_dict(json.loads(kept.read_text("utf-8")))
        else:
            with TemporaryDirectory() as folder:
                for name, data in programs(script.read_text("utf-8")).items():
                    Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
                    Path(folder, name).write_bytes(data)
                before = os.environ.get("PYTHONPATH", "")
                others = [path for path in before.split(os.pathsep) if Path(path).is_absolute()]  # not snippets/
                os.environ["PYTHONPATH"] = os.pathsep.join([folder, *others])
                try:
                    nb, resources = super().preprocess(nb, resources, km)
                finally:
                    os.environ["PYTHONPATH"] = before
            CACHE.mkdir(parents=True, exist_ok=True)
            for old in CACHE.glob(f"{script.stem}-*.ipynb"):
                old.unlink()
            kept.write_text(json.dumps(nb), "utf-8")
        resources["page"] = page(script.stem, nb)
        return nb, resources


def same(path: Path, nb: nbformat.NotebookNode) -> bool:
    """Whether the notebook is that script's: nbconvert is given its cells and no name."""
    return [cell.source for cell in jupytext.read(path).cells] == [cell.source for cell in nb.cells]


class Settings(Extension):  # type: ignore[misc]
    """Where nbconvert finds its settings, and that the kernel's debugger says nothing."""

    def extendMarkdown(self, md: Markdown) -> None:
        os.environ["JUPYTER_CONFIG_PATH"] = str(ROOT / "tools" / "notebook")
        os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"


def makeExtension(**options: Any) -> Extension:
    """What Python-Markdown asks for when it is given `tools.labs`."""
    return Settings(**options)
