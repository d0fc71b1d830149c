"""Every fence of a Markdown page, where it stands, what it promises.

`read(path)` finds each fence that the page's readers see and gives it exactly
one role. markdown-it-py does the finding, so lists, quotations, tildes and
fences inside longer fences are what CommonMark says they are; one rule is
added for the four-space bodies of MkDocs (`!!!`, `???`, `===`, `[^1]:`).
A page of this site is also rendered, as mkdocs.yml says: where the two
disagree about what is a fence, the page has a problem.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field, replace
from html import escape, unescape
from pathlib import Path
from typing import Any

import yaml
from markdown import Markdown
from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from pygments.lexers import PythonConsoleLexer
from pymdownx.superfences import RE_NESTED_FENCE_START, RE_OPTIONS

ROOT = Path(__file__).resolve().parent.parent

PYTHON = {"python", "py", "python3", "py3"}
SESSION = set(PythonConsoleLexer.aliases)  # pycon
SHELL = {"console"}
DATA = {"yaml", "yml", "toml", "json", "caddyfile"}
ROLES = {"output", "error", "excerpt", "not-run"}
MARKS = {"breaks", "no-copy", "no-browser"}
OPTIONS = {"title", "hl_lines", "linenums", "reason", "schema", "unreached", "unshown"}


@dataclass(frozen=True)
class Source:
    """What an include shows: `text` stands in `path` from line `line` on."""

    path: Path
    line: int
    text: str


@dataclass(frozen=True)
class Fence:
    """One fence: its header taken apart, its body, its role or its problem."""

    path: Path
    line: int  # of the opening marker, from 1
    end: int  # of the closing marker
    marker: str
    prefix: str  # what stands before the marker: indentation, `> `, `- `
    info: str
    body: str
    language: str = ""
    classes: tuple[str, ...] = ()
    id: str = ""
    options: dict[str, str] = field(default_factory=dict)
    include: Source | None = None
    role: str = ""
    problem: str = ""  # what is wrong and what to do

    @property
    def where(self) -> str:
        """`page.md:line`, from the repository's root where it can be."""
        return f"{shorten(self.path)}:{self.line}"

    @property
    def source(self) -> Source:
        """What runs: the included file or section, else the body itself."""
        return self.include or Source(self.path, self.line + 1, expand(self.body))

    @property
    def reason(self) -> str:
        """Why it does not run, in the page's own words."""
        return self.options.get("reason", "")


def shorten(path: Path) -> str:
    """The path from the repository's root; outside of it, as given."""
    try:
        return path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return path.as_posix()


# -- finding ---------------------------------------------------------------

CONTAINER = re.compile(r"(?:!!!|\?\?\?\+?|===[!+]*)[ \t]+\S|\[\^[^\]]+\]:|:[ \t]+\S")
TAG = re.compile(r"<\w[^>]*\smarkdown\b|</\w+>$")


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A markdown-it rule: a marker line, then a body indented by four; or the tag of a `<div markdown>`."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    tag = TAG.match(line)
    if state.is_code_block(start) or not (tag or CONTAINER.match(line)):
        return False
    if silent:
        return True
    indent, line_max, stop = state.blkIndent, state.lineMax, start + 1
    if not tag:
        state.blkIndent = state.sCount[start] + 4
        while stop < end and (state.isEmpty(stop) or state.sCount[stop] >= state.blkIndent):
            stop += 1
        state.lineMax, state.level = stop, state.level + 1
        state.md.block.tokenize(state, start + 1, stop)
        state.blkIndent, state.lineMax, state.level = indent, line_max, state.level - 1
    state.line = stop
    return True


COMMONMARK = MarkdownIt("commonmark", {"maxNesting": 100}).disable("inline")
MKDOCS = MarkdownIt("commonmark", {"maxNesting": 100}).disable("inline")
MKDOCS.block.ruler.before("fence", "container", container, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def find(path: Path, text: str, ours: bool) -> list[Fence]:
    """The fences of `text`, their headers not yet read; elsewhere also those that only CommonMark sees."""
    lines, found = text.split("\n"), {}
    for token in [*([] if ours else COMMONMARK.parse(text)), *MKDOCS.parse(text)]:
        if token.type == "fence" and token.map:
            first, stop = token.map
            prefix = lines[first].partition(token.markup)[0]
            fence = Fence(path, first + 1, stop, token.markup, prefix, token.info.strip(), token.content)
            if stop - first < 2 + token.content.count("\n") + (token.content[-1:] not in {"", "\n"}):
                fence = replace(fence, problem=f"the fence is never closed: end it with {token.markup}")
            found[fence.line] = fence
    return [fence for _, fence in sorted(found.items())]


# -- the header ------------------------------------------------------------


def header(fence: Fence) -> Fence:
    """Take the info string apart, with the very pattern of pymdownx.superfences."""
    match = RE_NESTED_FENCE_START.match(f"{fence.marker} {fence.info}")
    if not match or match["unrecognized"]:
        word = re.search(r"[\w#.+-]+", fence.info)
        problem = (
            f'the header "{fence.info}" cannot be read: write `language option="value"` '
            'or `{ .language .role option="value" }`'
        )
        return replace(fence, language=word[0].lower() if word else "", problem=fence.problem or problem)
    pairs = get_attrs_and_remainder(match["attrs"])[0] if match["attrs"] else []
    classes = [value for key, value in pairs if key == "."]
    language = match["lang"] or (classes.pop(0) if classes else "")
    options = {key: value for key, value in pairs if key not in {".", "id"}}
    options |= {m["key"]: m["value"] or m["key"] for m in RE_OPTIONS.finditer(match["options"] or "")}
    return replace(
        fence, language=language.lower(), classes=tuple(classes), id=dict(pairs).get("id", ""), options=options
    )


# -- what the page shows ---------------------------------------------------


def renderer() -> Markdown:
    """Python-Markdown as mkdocs.yml sets it up, but each fence as a bare `<pre>`, and nothing of ours."""

    def draw(source: str, *args: Any, **kwargs: Any) -> str:
        return f"<pre>{escape(source)}</pre>"

    listed = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), yaml.BaseLoader)["markdown_extensions"]  # noqa: S506
    settings: dict[str, Any] = {}
    for entry in listed:
        settings |= entry if isinstance(entry, dict) else {entry: {}}
    settings = {name: options for name, options in settings.items() if not name.startswith("tools.")}
    snippets, accept = settings["pymdownx.snippets"], lambda *args: True
    snippets["base_path"] = [str(ROOT / base) for base in snippets["base_path"]]
    settings["pymdownx.superfences"] = {
        "custom_fences": [{"name": "*", "class": "", "format": draw, "validator": accept}]
    }
    return Markdown(extensions=list(settings), extension_configs=settings)


RENDERER = renderer()
SNIPPETS = RENDERER.preprocessors["snippet"]
SNIPPETS.seen = set()
COMMENT = re.compile(r"<!--.*?-->", re.S)
BLOCK = re.compile(r"<pre[^>]*>(.*?)(?:</pre>|\Z)", re.S)


def expand(text: str) -> str:
    """The text with its includes, sections and escapes as pymdownx.snippets leaves it."""
    return "\n".join(SNIPPETS.parse_snippets(text.split("\n"))) if "8<" in text else text


def plain(text: str) -> str:
    """The text without what no reader can see: spaces on an empty line."""
    return re.sub(r"^ +$", "", text, flags=re.M)


def shown(fence: Fence) -> str:
    """The text that the page shows in this fence, as the renderer puts it: no tabs."""
    margin = len(fence.prefix.expandtabs(4)) * " "
    return plain("\n".join((margin + line).expandtabs(4)[len(margin) :] for line in expand(fence.body).split("\n")))


def as_rendered(path: Path, text: str, fences: list[Fence]) -> list[Fence]:
    """The fences, with a problem where the rendered page shows another code."""
    try:
        html = COMMENT.sub("", RENDERER.reset().convert(text))
    except (OSError, ValueError) as error:
        return [replace(fence, problem=fence.problem or f"the page cannot be rendered: {error}") for fence in fences]
    blocks = [plain(unescape(re.sub(r"<[^>]*>", "", block))).strip("\n") for block in BLOCK.findall(html)]
    done = []
    for fence in fences:
        if (code := shown(fence).strip("\n")) in blocks:
            blocks.remove(code)
        elif not fence.problem:
            problem = "the page does not show this fence as it stands: start it on a line of its own, indent all "
            problem += "of it alike, by four in lists, and close it with its own marker"
            fence = replace(fence, problem=problem)
        done.append(fence)
    if blocks and not any(fence.problem for fence in done):
        inside = {line for fence in fences for line in range(fence.line, fence.end + 1)}
        lines = dict(enumerate(text.split("\n"), 1))
        start = blocks[0].split("\n")[0].strip()
        line = next((n for n, line in lines.items() if n not in inside and start and start in line), len(lines))
        problem = f'the page shows code that is in no fence of it, "{start}": write a fence'
        done.append(Fence(path, line, line, "", "", "", blocks[0], problem=problem))
    return sorted(done, key=lambda fence: fence.line)


# -- includes --------------------------------------------------------------


class Unresolved(Exception):
    """An include that names nothing: the message says what and what to do."""


def resolve(line: str) -> Source | None:
    """The source that an include line names; None where it is not one.

    Raises: Unresolved, where the file, section or range is not there.
    """
    match = SNIPPETS.RE_ALL_SNIPPETS.match(line)
    if not match or match["escape"]:
        return None
    if not match["inline_marker"]:
        raise Unresolved('a block of includes cannot be run: write one line, --8<-- "file.py"')
    target = SNIPPETS.parse_snippet_target(match["snippet"][1:-1].strip())
    found = target and SNIPPETS.get_snippet_path(target["path"])
    if not found or not Path(found).is_file():
        name = target["path"] if target else ""
        raise Unresolved(f'the include "{name}" does not exist: paths start in snippets/ or in the root')
    path, section, ranges = Path(found), target["section"], target["start"]
    try:
        lines = path.read_text("utf-8").split("\n")
    except ValueError as error:
        raise Unresolved(f"the include of {shorten(path)} is not text: {error}") from None
    first, stop = 0, len(lines)
    if section:
        marks = [
            (n, mark["type"]) for n, text in enumerate(lines)
            if (mark := SNIPPETS.match_section(text)) and not mark["escape"] and mark["name"] == section
        ]  # fmt: skip
        faults = {"": "is not there", "start": "is never closed", "end start": "ends before it starts"}
        if (kinds := " ".join(kind for _, kind in marks)) != "start end":
            raise Unresolved(
                f"the section [{section}] of {shorten(path)} {faults.get(kinds, 'is marked more than once')}: "
                f"mark it with `# --8<-- [start:{section}]` and `[end:{section}]`"
            )
        first, stop = marks[0][0] + 1, marks[1][0]
    elif ranges:
        first = ranges[0] or 0
        stop = target["end"][0] or stop
    text = "\n".join(lines[first:stop])
    text = textwrap.dedent(text) if section or ranges else text
    text += "" if text.endswith("\n") else "\n"
    if not text.strip():
        raise Unresolved(f"the include of {shorten(path)} is empty")
    return Source(path, first + 1, text)


def included(fence: Fence) -> Fence:
    """The fence with its include resolved; code and include never mix, and what runs is what is shown."""
    lines = fence.body.strip("\n").split("\n") if "8<" in fence.body else []
    try:
        sources = [source for line in lines if (source := resolve(line))]
        if sources and len(lines) > 1:
            raise Unresolved("the body mixes code and an include: it is one or the other")
        runs = [line for line in (sources[0].text if sources else "").split("\n") if not SNIPPETS.match_section(line)]
        if sources and "\n".join(runs).rstrip("\n") != expand(fence.body).rstrip("\n"):
            raise Unresolved("the include would show something else than runs: name a whole file or one section of it")
        if not sources and expand(fence.body).count("\n") != fence.body.count("\n"):
            raise Unresolved("the page does not show a section's mark: write ; before it")
    except (Unresolved, ValueError) as error:
        return replace(fence, problem=fence.problem or str(error))
    return replace(fence, include=sources[0] if sources else None)


# -- roles -----------------------------------------------------------------


def role_of(language: str, classes: tuple[str, ...] | list[str], options: dict[str, str]) -> tuple[str, str]:
    """The role of a fence and, where it has none, the problem."""
    roles = [name for name in classes if name in ROLES]
    unknown = [name for name in classes if name not in ROLES | MARKS]
    strange = [name for name in options if name not in OPTIONS and not name.startswith("data-")]
    runs = language in PYTHON | SESSION | SHELL
    if unknown:
        return "", f"the role .{unknown[0]} is not known: use one of {', '.join(sorted(ROLES | MARKS))}"
    if strange:
        return "", f"the option {strange[0]}= is not known: use one of {', '.join(sorted(OPTIONS))}"
    if len(roles) > 1:
        return "", f"two roles, .{roles[0]} and .{roles[1]}: a fence keeps one promise"
    role = roles[0] if roles else "executed" if runs else "validated" if language in DATA else "not-run"
    if role == "not-run" and not options.get("reason", "").strip():
        what = "not-run" if roles else f'"{language}"' if language else "a fence without a language"
        return "", f'{what} needs reason="…": nothing is left unrun in silence'
    if "no-browser" in classes and (role != "executed" or language not in PYTHON | SESSION):
        return "", ".no-browser is for Python that runs in the tests only: this fence is not run"
    if "no-browser" in classes and not options.get("reason", "").strip():
        return "", 'no-browser needs reason="…": the page shows it instead of a button'
    if role != "not-run" and "reason" in options and "no-browser" not in classes:
        return "", f"reason= is for fences that do not run, and this one is {role}: add .not-run or drop the reason"
    if role in {"output", "error"} and runs:
        return "", f"a {language} fence cannot be an {role}: use .text"
    if role == "excerpt" and language not in PYTHON:
        return "", "an excerpt is Python that this page already ran: use .python"
    if "schema" in options and role != "validated":
        return "", f"schema= is for data that is validated, and this fence is {role}"
    if "breaks" in classes and role not in {"executed", "excerpt"}:
        return "", ".breaks marks a program that is wrong on purpose: this fence is not a program"
    return role, ""


DIRECTIVE = re.compile(r"#\s*doctest:")


def misplaced(fence: Fence, role: str, done: list[Fence], lines: list[str]) -> str:
    """What is wrong with a fence of this role, after those that are done, on this page."""
    text, last = fence.source.text, done[-1] if done else None
    if role in {"output", "error"}:
        prose = last and any(line.strip(" \t>") for line in lines[last.end : fence.line - 1])
        if last and last.role == role and not prose:
            return f"a second {role} of one block: a block has one"
        if last and last.role == "error" and not prose:
            return "an output below the error of its block: put the output first"
        runs = last and (last.role == "output" or (last.language in PYTHON and last.role in {"executed", ""}))
        if prose or not runs:
            return f"an {role} without a block: put it right after the Python fence it belongs to"
    if role == "excerpt" and not any(text_in(text, other.source.text) for other in done if other.role == "executed"):
        return "an excerpt of nothing: an earlier fence of this page must run these very lines"
    if role == "executed" and fence.language in SESSION:
        if DIRECTIVE.search(text):
            return "doctest directives skip or loosen a check: take this one out"
        if not re.search(r"^>>> ", text, re.M):
            return "a session without a prompt: start its statements with >>>"
    if role == "executed" and fence.language in SHELL and not text.startswith("$ "):
        return "a console without a command: start it with $"
    if role in {"executed", "validated"} and not text.strip():
        return "an empty fence proves nothing: fill it or drop it"
    if role == "executed" and re.search(r"[^\t\n]\t", text):
        return r"a tab within a line, which the page shows as spaces: write \t"
    if taken := next((other.line for other in done if fence.id and other.id == fence.id), 0):
        return f"the id #{fence.id} is taken by line {taken}: give each block its own"
    return ""


def text_in(part: str, whole: str) -> bool:
    """Whether the lines of `part` stand together in `whole`, indented or not."""
    a, b = part.strip("\n").split("\n"), whole.split("\n")
    windows = ("\n".join(b[at : at + len(a)]) for at in range(len(b) - len(a) + 1))
    return bool(part.strip()) and any(textwrap.dedent(w) == textwrap.dedent("\n".join(a)) for w in windows)


FRONT = re.compile(r"---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n", re.S)  # as MkDocs takes it off


def parse(path: Path, text: str, ours: bool = True) -> list[Fence]:
    """Every fence of the page `text`, with its role or its problem.

    A page of `ours` is rendered too, and must show what its fences say.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if ours and (front := FRONT.match(text)):
        text = "\n" * front[0].count("\n") + text[front.end() :]
    fences = [included(header(fence)) for fence in find(path, text, ours)]
    done: list[Fence] = []
    for fence in as_rendered(path, text, fences) if ours else fences:
        role, problem = role_of(fence.language, fence.classes, fence.options)
        problem = fence.problem or problem or misplaced(fence, role, done, text.split("\n"))
        done.append(replace(fence, role="" if problem else role, problem=problem))
    return done


MARKER = re.compile(r"# %%(?: |$)")


def text_of(path: Path) -> str:
    """The page's Markdown; a lab is a py:percent script, and each of its code cells a fence, line by line."""
    text = path.read_text("utf-8-sig", errors="replace")
    if path.suffix != ".py":
        return text
    code, lines = False, list[str]()
    for line in text.split("\n"):
        if MARKER.match(line):
            if code:
                lines[-1] = "```"
            code = "[markdown]" not in line
            line = "```python" if code else ""
        lines.append(line if code else re.sub(r"^# ?", "", line))
    return "\n".join([*lines[:-1], "```"] if code else lines)


def read(path: Path | str, ours: bool = True) -> list[Fence]:
    """Every fence of the page at `path`."""
    path = Path(path)
    return parse(path, text_of(path), ours)
