"""What every page must have, and a line for each thing that it lacks.

    python -m tools.pages [PATH ...]

Prints `page.md:line: what is wrong: what to do`, a line each, and ends with
status 1 where there is any. As a Markdown extension it puts the same lines on
the page itself and in the log, so that `make serve` shows them.
"""

from __future__ import annotations

import itertools
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml
from fenceproof import Fence
from fenceproof.includes import Unresolved
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from tools.site import DOCS, LABS, pages, parse, shorten, site, text_of

CLAIMS = DOCS / "reference" / "claims.md"
VERDICTS = ("holds", "needs a boundary", "half true", "false as stated")
WORDS = 900
FRONT = re.compile(r"---\n(?P<data>.*?)\n---\n", re.S)
CLAIM = re.compile(r"^## (?P<id>S\d+)\..*\{ #(?P<anchor>\w+) \}$", re.M)
LINK = re.compile(r"\((?P<page>[^)#]+)#(?P<id>[^)]+)\)")


@dataclass(frozen=True)
class Problem:
    """Something that a page lacks; `what` says what to do as well."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{shorten(self.path)}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Claim:
    """A claim of the note as reference/claims.md has it."""

    id: str
    line: int
    anchor: str
    verdict: str
    shown: str  # the link to the block that shows it


def claims() -> dict[str, Claim]:
    """Every claim, by its id."""
    text, found = CLAIMS.read_text("utf-8"), {}
    for match in CLAIM.finditer(text):
        body = text[match.end() :].split("\n## ")[0]
        verdict = re.search(r"\*Verdict: (.*?)\.\*", body)
        shown = re.search(r"^Shown by: (.*)$", body, re.M)
        line = text.count("\n", 0, match.start()) + 1
        found[match["id"]] = Claim(
            match["id"], line, match["anchor"], verdict[1] if verdict else "", shown[1] if shown else ""
        )
    return found


def front_matter(text: str) -> tuple[dict[str, Any], int]:
    """The data at the head of a page, and how many lines it takes."""
    match = FRONT.match(text)
    data = yaml.safe_load(match["data"]) if match else None
    return data if isinstance(data, dict) else {}, match[0].count("\n") if match else 0


def prose(text: str, fences: list[Fence], head: int) -> list[tuple[int, str]]:
    """The numbered lines that are neither front matter nor in a fence."""
    inside = {line for fence in fences for line in range(fence.line, fence.end + 1)}
    return [(n, line) for n, line in enumerate(text.split("\n"), 1) if n > head and n not in inside]


def problems(path: Path) -> Iterator[Problem]:
    """What is wrong with one page, from top to bottom of what is asked of it."""
    path = path.resolve()
    text = text_of(path)
    try:
        data, head = front_matter(text)
    except yaml.YAMLError as error:
        yield Problem(path, 1, f"the front matter is not YAML: {' '.join(str(error).split())}")
        return
    fences = parse(path, text)
    lines = prose(text, fences, head)
    yield from (Problem(path, fence.line, fence.problem) for fence in fences if fence.problem)
    for number, line in lines:
        try:
            site().includes.resolve(line)
        except Unresolved as error:
            yield Problem(path, number, str(error))
    if path.is_relative_to(DOCS):
        if not data.get("description") and path not in LABS:
            yield Problem(path, 1, "the page has no description: give it one in the front matter")
        yield from thesis(path, lines)
        yield from verdicts(path, text, data)
        yield from style(path, lines, fences)
    if path == CLAIMS:
        yield from evidence()


def thesis(path: Path, lines: list[tuple[int, str]]) -> Iterator[Problem]:
    """A title, and under it one bold sentence."""
    filled = [(number, line) for number, line in lines if line.strip()]
    if not filled or not filled[0][1].startswith("# "):
        yield Problem(path, filled[0][0] if filled else 1, "the page has no title: begin it with `# Title`")
        return
    after = "\n".join(line for number, line in lines if number > filled[0][0])
    if not re.fullmatch(r"\*\*[^*]+[.?!]\*\*", after.strip("\n").split("\n\n")[0]):
        yield Problem(
            path, filled[0][0], "the page has no thesis: under the title goes one sentence that can be false, in bold"
        )


def verdicts(path: Path, text: str, data: dict[str, Any]) -> Iterator[Problem]:
    """The claims that a page says it is about, as the list of claims has them."""
    known = claims()
    for name, verdict in (data.get("claims") or {}).items():
        line = 1 + text.count("\n", 0, max(text.find(str(name)), 0))
        if name not in known:
            yield Problem(path, line, f"the claim {name} does not exist: {shorten(CLAIMS)} has S0 to S{len(known) - 1}")
        elif verdict != known[name].verdict:
            yield Problem(
                path, line, f"{name} is said to be “{verdict}” here and “{known[name].verdict}” in {shorten(CLAIMS)}"
            )


def evidence() -> Iterator[Problem]:
    """Each claim's verdict is one of four, and is shown by a block whose output is compared."""
    for claim in claims().values():
        if claim.verdict not in VERDICTS:
            yield Problem(CLAIMS, claim.line, f"{claim.id} has no verdict: one of {', '.join(VERDICTS)}")
        if claim.anchor != claim.id.lower():
            yield Problem(CLAIMS, claim.line, f"{claim.id} is anchored at #{claim.anchor}: write #{claim.id.lower()}")
        link = LINK.search(claim.shown)
        page = (CLAIMS.parent / link["page"]).resolve() if link else CLAIMS
        blocks = parse(page, page.read_text("utf-8")) if link and page.is_file() else []
        compared = {
            block.id
            for block, after in itertools.pairwise(blocks)
            if block.role == "executed" and after.role in {"output", "error"}
        }
        if not link or link["id"] not in compared:
            what = f"{claim.id} is shown by nothing: link to a block that runs and whose output is compared"
            yield Problem(CLAIMS, claim.line, what)


LIMITS = {
    "figure": (r"<figure", 1),
    "admonition": (r"!!! ", 1),
    "“Try:” line": (r"Try: ", 1),
}
HOLLOW = re.compile(r"\b(simply|just|easy|easily|obviously|of course)\b", re.I)


def style(path: Path, lines: list[tuple[int, str]], fences: list[Fence]) -> Iterator[Problem]:
    """Short pages, one of each ornament, no hollow words, code that fits its column."""
    words = sum(len(line.split()) for _, line in lines if not line.lstrip().startswith(("<", "|", "=== ")))
    if words > WORDS and path.parent.name != "reference":
        yield Problem(path, 1, f"the page has {words} words: {WORDS} at most")
    for name, (pattern, most) in LIMITS.items():
        found = [number for number, line in lines if re.match(pattern, line)]
        if len(found) > most:
            yield Problem(path, found[most], f"a second {name}: a page has one")
    for number, line in lines:
        if word := HOLLOW.search(line):
            yield Problem(path, number, f"“{word[0]}” tells the reader nothing: take it out")
    for fence in fences:
        for number, line in enumerate(fence.source.text.split("\n"), fence.source.line):
            if len(line) > 80 and fence.role == "executed" and not fence.include:
                yield Problem(path, number, f"a line of {len(line)} characters: 80 fit the column")


# -- on the page -----------------------------------------------------------


class OnThePage(Treeprocessor):  # type: ignore[misc]
    """Puts the page's problems at its head; MkDocs' strict mode stops at them."""

    def run(self, root: ElementTree.Element) -> None:
        if "relpath" not in self.md.treeprocessors:  # not MkDocs: the page's path is not known
            return
        path = Path(self.md.treeprocessors["relpath"].file.abs_src_path)
        for place, problem in enumerate(problems(path)):
            logging.getLogger("mkdocs.pages").warning(str(problem))
            box = ElementTree.Element("p", {"class": "problem"})
            box.text = str(problem)
            root.insert(place, box)


class Problems(Extension):  # type: ignore[misc]
    """Registers the above, after all else has been done."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(OnThePage(md), "problems", 1)


def makeExtension(**options: Any) -> Extension:
    """What Python-Markdown asks for when it is given `tools.pages`."""
    return Problems(**options)


def main(paths: list[Path]) -> int:
    found = [problem for path in paths or [*pages(), *LABS] for problem in problems(path)]
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main([Path(path) for path in sys.argv[1:]]))
