"""How a fence looks: the two hooks that pymdownx.superfences asks for."""

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from markdown import Markdown
from mkdocs.utils import get_relative_url

from tools import downloads
from tools.fences import PYTHON, ROOT, SESSION, role_of
from tools.programs import table

NAMES = {
    "executed": "Program",
    "output": "Output",
    "error": "Raises",
    "excerpt": "Shown again",
    "validated": "Configuration",
    "not-run": "Not run",
    "problem": "Problem",
}
PROMPTS = {"pycon": re.compile(r"(?:>>>|\.\.\.)(?: |$)"), "console": re.compile(r"\$(?: |$)")}


SNIPPETS = ROOT / "snippets"


@cache
def text(path: Path, changed: int) -> str:
    """The text of a program, read again when it has changed."""
    return path.read_text("utf-8").strip("\n")


def file_of(source: str) -> Path | None:
    """The file that a page includes, where the source is one."""
    files = [*sorted(SNIPPETS.rglob("*.py")), ROOT / "conftest.py", *sorted((ROOT / "tools").glob("*.py"))]
    return next((path for path in files if text(path, path.stat().st_mtime_ns) == source), None)


def one_process(source: str) -> str:
    """Why one process of this program is all that there may be; empty where that is not so."""
    path = file_of(source)
    entry = table().get(path.relative_to(SNIPPETS).as_posix()) if path and path.is_relative_to(SNIPPETS) else None
    return entry.one_process if entry else ""


def program(source: str) -> dict[str, str]:
    """If the source is a file that pages include: which."""
    path = file_of(source)
    home = SNIPPETS if path and path.is_relative_to(SNIPPETS) else ROOT
    return {"data-file": path.relative_to(home).as_posix()} if path else {}


def here(md: Markdown) -> str:
    """The address of the page that is drawn, below the site's root; none where the text is no page of MkDocs."""
    if "relpath" not in md.treeprocessors:
        return ""
    return str(md.treeprocessors["relpath"].file.url)


def place(name: str, page: str) -> str:
    """Where a download is, seen from a page."""
    return get_relative_url(f"assets/downloads/{name}", page)


def along(source: str, page: str) -> str:
    """The line below a program: its download, and how that is served."""
    path = file_of(source)
    if not path or not path.is_relative_to(SNIPPETS) or not page:
        return ""
    name = downloads.file_name(path)
    link = f'<a href="{place(name, page)}" download aria-label="Download {Path(name).name}">Download</a>'
    return f'<p class="promise-along">{link} <span>{escape(downloads.how_served(path))}</span></p>'


def whole(source: str, ident: str, page: str) -> dict[str, str]:
    """If a block does not run without what stands above it: where it is with that."""
    path = ROOT / "docs" / f"{page.rstrip('/')}.md"
    path = path if path.is_file() else path.with_suffix("") / "index.md"
    if not page or not path.is_file() or not downloads.taken_whole(path) or not downloads.wants_more(source):
        return {}
    return {"data-whole": place(f"{page.rstrip('/')}/{downloads.block_name(ident, source)}.zip", page)}


def accept(language: str, inputs: dict[str, Any], options: dict[str, Any], attrs: dict[str, Any], md: Markdown) -> bool:
    """Take every fence, and keep all that its header says."""
    options.update(inputs)
    return True


def draw(source: str, language: str, class_name: str, options: dict[str, Any], md: Markdown, **kwargs: Any) -> str:
    """The HTML of a fence: in words what it is, then the highlighted block."""
    classes, ident, language = kwargs["classes"], kwargs["id_value"], (language or "").lower()
    role, problem = role_of(language, classes, options)
    role = role or "problem"
    title, why, name = str(options.get("title", "")), problem or str(options.get("reason", "")), NAMES[role]
    head = [("title", title)] if title else []
    if role not in {"executed", "validated"}:
        head.append(("role", f"{name}: {why}" if why else name))
    if "no-browser" in classes and not problem:
        head.append(("no-browser", f"Run by the tests, not in the browser: {why}"))
    if role == "executed" and (why_one := one_process(source.strip("\n"))):
        head.append(("one-process", f"Holds in one process only: {why_one}"))
    if "breaks" in classes:
        head.append(("fault", "Wrong on purpose"))
    attrs = {
        "class": f"promise promise-{role}",
        "role": "group",
        "aria-label": f"{name} {title}".strip(),
    }
    attrs["class"] += " promise-breaks" if "breaks" in classes else ""
    attrs["class"] += " no-copy" if role in {"output", "error"} or "no-copy" in classes else ""
    if role == "executed" and language in PYTHON | SESSION and "no-browser" not in classes:  # for the runner
        attrs["data-run"] = "python" if language in PYTHON else "pycon"
        attrs |= program(source.strip("\n"))
    if role == "executed" and language in PYTHON and not file_of(source.strip("\n")):
        attrs |= whole(source, ident, here(md))
    if ident:
        attrs["id"] = ident
        if "mkdocs_extract_anchors" in md.treeprocessors:  # so that MkDocs knows what may be linked to
            md.treeprocessors["mkdocs_extract_anchors"].present_anchor_ids.add(ident)
    if prompt := PROMPTS.get(language):  # what is copied is what is typed
        attrs["data-copy"] = "\n".join(prompt.sub("", line, 1) for line in source.split("\n") if prompt.match(line))
    known = {key: value for key, value in options.items() if key in {"hl_lines", "linenums"}}
    highlight = md.preprocessors["fenced_code_block"].highlight
    block = highlight(source, language=language, options=known, md=md, classes=[], id_value="", attrs={})
    words = " ".join(f'<span class="promise-{key}">{escape(text)}</span>' for key, text in head)
    opening = " ".join(f'{key}="{escape(value)}"' for key, value in attrs.items())
    above = f'<p class="promise-head">{words}</p>' if words else ""
    below = along(source.strip("\n"), here(md)) if role == "executed" and language in PYTHON else ""
    return f"<div {opening}>{above}{block}{below}</div>"
