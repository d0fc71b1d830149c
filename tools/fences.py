"""Every fence of a Markdown page, where it stands, what it promises.

`read(path)` finds each fence that the page's readers see and gives it exactly
one role. markdown-it-py does the finding, so lists, quotations, tildes and
fences inside longer fences are what CommonMark says they are; one rule is
added for the four-space bodies of MkDocs (`!!!`, `???`, `===`, `[^1]:`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from markdown import Markdown
from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from pygments.lexers import PythonConsoleLexer
from pymdownx.snippets import SnippetExtension, SnippetPreprocessor

ROOT = Path(__file__).parent.parent
BASES = (ROOT / "snippets", ROOT)  # as pymdownx.snippets' base_path

PYTHON = {"python", "py", "python3", "py3"}
SESSION = set(PythonConsoleLexer.aliases)  # pycon
SHELL = {"console"}
DATA = {"yaml", "yml", "toml", "json", "caddyfile"}
ROLES = {"output", "error", "excerpt", "not-run"}
MARKS = {"breaks", "no-copy"}
OPTIONS = {"title", "hl_lines", "linenums", "reason", "schema"}


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
        return self.include or Source(self.path, self.line + 1, self.body)

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


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A markdown-it rule: a marker line, then a body indented by four."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if state.is_code_block(start) or not CONTAINER.match(line):
        return False
    if silent:
        return True
    indent, line_max, stop = state.blkIndent, state.lineMax, start + 1
    state.blkIndent = state.sCount[start] + 4
    while stop < end and (state.isEmpty(stop) or state.sCount[stop] >= state.blkIndent):
        stop += 1
    state.lineMax = stop
    state.md.block.tokenize(state, start + 1, stop)
    state.blkIndent, state.lineMax, state.line = indent, line_max, stop
    return True


COMMONMARK = MarkdownIt("commonmark").enable("table")
COMMONMARK.block.ruler.before("fence", "container", container, {"alt": ["paragraph", "reference", "blockquote"]})


def find(path: Path, text: str, offset: int = 0) -> list[Fence]:
    """The fences of `text`, their headers not yet read, in order of line."""
    lines, found = text.split("\n"), []
    for token in COMMONMARK.parse(text):
        if token.map is None:
            continue
        first, stop = token.map
        if token.type == "html_block" and re.match(r"\s*<\w[^>]*\bmarkdown\b", token.content):
            inner = "\n" * (first + 1) + "\n".join(lines[first + 1 : stop])
            found += find(path, inner, offset)
        elif token.type == "fence":
            prefix = lines[first].partition(token.markup)[0]
            fence = Fence(path, first + 1, stop, token.markup, prefix, token.info.strip(), token.content)
            if stop - first < 2 + token.content.count("\n"):
                fence = replace(fence, problem=f"the fence is never closed: end it with {token.markup}")
            found.append(fence)
    return found


# -- the header ------------------------------------------------------------

HEADER = re.compile(
    r"""(?x) (?: \.? (?P<language> [\w\#.+-]+ ) (?= [ \t{] | $ ) )? [ \t]*
    (?: \{ (?P<attrs> .* ) \} | (?P<options> (?: \w+ (?: = (?: "[^"]*" | '[^']*' ) )? [ \t]* )* ) ) $"""
)
OPTION = re.compile(r"""(\w+)(?:=("[^"]*"|'[^']*'))?""")


def header(fence: Fence) -> Fence:
    """Take the info string apart, as pymdownx.superfences does."""
    match = HEADER.match(fence.info)
    if not match:
        word = re.split(r"[\s,{:]", fence.info, maxsplit=1)[0]
        return replace(
            fence,
            language=word.lower(),
            problem=fence.problem
            or f'the header "{fence.info}" cannot be read: write `language option="value"` '
            'or `{ .language .role option="value" }`',
        )
    language, classes, ident, options = match["language"] or "", [], "", {}
    if match["attrs"] is not None:
        for key, value in get_attrs_and_remainder(match["attrs"])[0]:
            if key == ".":
                classes.append(value)
            elif key == "id":
                ident = value
            else:
                options[key] = value
        if not language and classes:
            language = classes.pop(0)
    else:
        options = {key: value[1:-1] for key, value in OPTION.findall(match["options"])}
    return replace(fence, language=language.lower(), classes=tuple(classes), id=ident, options=options)


# -- includes --------------------------------------------------------------

SNIPPETS = SnippetPreprocessor(
    SnippetExtension(base_path=[str(base) for base in BASES], dedent_subsections=True).getConfigs(), Markdown()
)
SNIPPETS.seen = set()


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
    path = Path(found)
    lines = path.read_text("utf-8").split("\n")
    first, stop = 0, len(lines)
    if target["section"]:
        marks = [(n, m["type"]) for n, text in enumerate(lines) if (m := SNIPPETS.match_section(text))
                 and not m["escape"] and m["name"] == target["section"]]  # fmt: skip
        if not marks or marks[0][1] != "start":
            raise Unresolved(
                f"{shorten(path)} has no section [{target['section']}]: mark it with "
                f"`# --8<-- [start:{target['section']}]` and `[end:{target['section']}]`"
            )
        first = marks[0][0] + 1
        stop = next((n for n, kind in marks if kind == "end"), stop)
    elif target["start"]:
        if len(target["start"]) > 1:
            raise Unresolved("several line ranges cannot be run as one: name a section instead")
        first, stop, _ = slice(target["start"][0], target["end"][0]).indices(len(lines))
    if first >= stop:
        raise Unresolved(f"the include of {shorten(path)} is empty")
    return Source(path, first + 1, "\n".join(lines[first:stop]).rstrip("\n") + "\n")


def included(fence: Fence) -> Fence:
    """The fence with its include resolved; code and include never mix."""
    lines = fence.body.strip("\n").split("\n")
    try:
        sources = [source for line in lines if (source := resolve(line))]
    except Unresolved as error:
        return replace(fence, problem=fence.problem or str(error))
    if sources and len(lines) > 1:
        return replace(fence, problem=fence.problem or "the body mixes code and an include: it is one or the other")
    return replace(fence, include=sources[0] if sources else None)


def shown(fence: Fence) -> str:
    """The text that the page shows in this fence, as the renderer puts it."""
    return "\n".join(SNIPPETS.parse_snippets(fence.body.split("\n")))


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
    if role != "not-run" and "reason" in options:
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


def with_roles(fences: list[Fence], lines: list[str]) -> list[Fence]:
    """Give each fence its role, knowing what stands before it on the page."""
    done: list[Fence] = []
    ids: dict[str, int] = {}
    for fence in fences:
        role, problem = role_of(fence.language, fence.classes, fence.options)
        last = done[-1] if done else None
        if role in {"output", "error"}:
            between = [line.strip(" \t>") for line in lines[last.end : fence.line - 1]] if last else []
            owner = last and (last.role in {"output", "error"} or (last.role == "executed" and last.language in PYTHON))
            if not owner or any(between) or (last and last.role == "error"):
                problem = f"{'an' if role[0] in 'aeiou' else 'a'} {role} without a block: put it right after the Python fence it belongs to"
            elif last and last.role == role:
                problem = f"a second {role} of one block: a block has one"
        if role == "executed" and fence.language in SESSION:
            if DIRECTIVE.search(fence.body):
                problem = "doctest directives skip or loosen a check: take this one out"
            elif not re.search(r"^>>> ", fence.body, re.M):
                problem = "a session without a prompt: start its statements with >>>"
        if role == "executed" and fence.language in SHELL and not fence.body.startswith("$ "):
            problem = "a console without a command: start it with $"
        if role == "excerpt" and not any(
            text_in(fence.source.text, earlier.source.text) for earlier in done if earlier.role == "executed"
        ):
            problem = "an excerpt of nothing: an earlier fence of this page must run these very lines"
        if fence.id:
            if fence.id in ids:
                problem = f"the id #{fence.id} is taken by line {ids[fence.id]}: give each block its own"
            ids.setdefault(fence.id, fence.line)
        problem = fence.problem or problem
        done.append(replace(fence, role="" if problem else role, problem=problem))
    return done


def text_in(part: str, whole: str) -> bool:
    """Whether the lines of `part` stand together in `whole`, indented or not."""
    a, b = ([line.strip() for line in text.strip("\n").split("\n")] for text in (part, whole))
    return any(b[at : at + len(a)] == a for at in range(len(b) - len(a) + 1))


def parse(path: Path, text: str) -> list[Fence]:
    """Every fence of the page `text`, with its role or its problem."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return with_roles([included(header(fence)) for fence in find(path, text)], text.split("\n"))


def read(path: Path | str) -> list[Fence]:
    """Every fence of the page at `path`."""
    path = Path(path)
    return parse(path, path.read_text("utf-8-sig", errors="replace"))
