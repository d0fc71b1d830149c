"""How a fence looks: the two hooks that pymdownx.superfences asks for."""

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fenceproof.fence import PYTHON, SESSION, Header
from fenceproof.find import accept
from fenceproof.roles import role_of
from fenceproof.superfences import MORE
from markdown import Markdown
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

from tools import downloads
from tools.programs import others, why_one_process
from tools.site import ROOT

__all__ = ["accept", "draw"]  # the two hooks

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


def one_process(path: Path | None, page: File | None) -> str:
    """Why one process of this program is all that there may be, with links; empty where that is not so."""
    if not path or not path.is_relative_to(SNIPPETS) or not (why := why_one_process(path)):
        return ""

    def linked(match: re.Match[str]) -> str:
        other = downloads.file_name(others(path, match[0]))
        return f'<a href="{place(other, page)}" download>{match[0]}</a>' if page else match[0]

    return "Holds in one process only: " + re.sub(r"[a-z_]+\.py", linked, escape(why))


def named(path: Path | None) -> dict[str, str]:
    """Which file a page includes, for the runner."""
    home = SNIPPETS if path and path.is_relative_to(SNIPPETS) else ROOT
    return {"data-file": path.relative_to(home).as_posix()} if path else {}


def page_of(md: Markdown) -> File | None:
    """The page that is drawn; None where the text is no page of MkDocs."""
    return md.treeprocessors["relpath"].file if "relpath" in md.treeprocessors else None


def place(name: str, page: File) -> str:
    """Where a download is, seen from a page."""
    return get_relative_url(f"assets/downloads/{name}", page.url)


def along(path: Path | None, page: File | None) -> str:
    """The line below a program: its download, and how that is served."""
    if not path or not path.is_relative_to(SNIPPETS) or not page:
        return ""
    name = downloads.file_name(path)
    link = f'<a href="{place(name, page)}" download aria-label="Download {Path(name).name}">Download</a>'
    return f'<p class="promise-along">{link} <span>{escape(downloads.how_served(path))}</span></p>'


def whole(source: str, ident: str, page: File | None) -> dict[str, str]:
    """If a block does not run without what stands above it: where it is with that."""
    if not page or not downloads.wants_more(source):
        return {}
    path = Path(page.abs_src_path or "")
    if not downloads.taken_whole(path):
        return {}
    return {"data-whole": place(f"{downloads.address(path)}/{downloads.block_name(ident, source)}.zip", page)}


def draw(source: str, language: str, class_name: str, options: dict[str, Any], md: Markdown, **kwargs: Any) -> str:
    """The HTML of a fence: in words what it is, then the highlighted block."""
    classes, ident, language = kwargs["classes"], kwargs["id_value"], (language or "").lower()
    kept, problem = role_of(Header(language, tuple(classes), ident, options))
    role = kept.value if kept else "problem"
    path = file_of(source.strip("\n")) if role == "executed" else None
    title, why, name = str(options.get("title", "")), problem or str(options.get("reason", "")), NAMES[role]
    head = [("title", title)] if title else []
    if role not in {"executed", "validated"}:
        head.append(("role", f"{name}: {why}" if why else name))
    if "no-browser" in classes and not problem:
        head.append(("no-browser", f"Run by the tests, not in the browser: {why}"))
    if not problem:
        head += [(option, f"{words}: {options[option]}") for option, words in MORE.items() if option in options]
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
        attrs |= named(path)
    if role == "executed" and language in PYTHON and not path:
        attrs |= whole(source, ident, page_of(md))
    if ident:
        attrs["id"] = ident
        if "mkdocs_extract_anchors" in md.treeprocessors:  # so that MkDocs knows what may be linked to
            md.treeprocessors["mkdocs_extract_anchors"].present_anchor_ids.add(ident)
    if prompt := PROMPTS.get(language):  # what is copied is what is typed
        attrs["data-copy"] = "\n".join(prompt.sub("", line, 1) for line in source.split("\n") if prompt.match(line))
    known = {key: value for key, value in options.items() if key in {"hl_lines", "linenums"}}
    highlight = md.preprocessors["fenced_code_block"].highlight
    block = highlight(source, language=language, options=known, md=md, classes=[], id_value="", attrs={})
    said = [(key, escape(text)) for key, text in head]
    if why_one := one_process(path, page_of(md)):
        said.append(("one-process", why_one))
    words = " ".join(f'<span class="promise-{key}">{html}</span>' for key, html in said)
    opening = " ".join(f'{key}="{escape(value)}"' for key, value in attrs.items())
    above = f'<p class="promise-head">{words}</p>' if words else ""
    below = along(path, page_of(md)) if language in PYTHON else ""
    return f"<div {opening}>{above}{block}{below}</div>"
