"""Every quotation of the pages, held against the register of what was read.

    python -m tools.quotations [PATH ...]

The register is docs/reference/quotations/, a TOML file for each source, named after its
anchor in reference/sources.md. Each `[[quotation]]` has the `section`, the whole `sentence`
as it was read, and where it was `read`.

Words in "straight" quotation marks are somebody's: they have to be a part of a registered
sentence, of a source that the same paragraph links to if it links to any, and may not end
before the sentence turns. “Curly” marks are for our own words, where no source is linked.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.site import ROOT, pages, parse, shorten, text_of

REGISTER = ROOT / "docs" / "reference" / "quotations"
SOURCES = ROOT / "docs" / "reference" / "sources.md"
KEYS = {"section", "sentence", "read"}

STRAIGHT = re.compile(r'"([^"]+)"')
CURLY = re.compile(r"“([^”]+)”")
LINK = re.compile(r"\]\([^)\s]*sources\.md#([\w-]+)\)")
HEADING = re.compile(r"^### .*\{ #([\w-]+) \}$", re.M)
NO_PROSE = re.compile(r"^\s*(?:===|!!!|\?\?\?|--8<--)")  # a tab's title and an include stand in quotation marks
MARKUP = re.compile(r"`[^`]*`|\{[^{}]*\}|<[^<>]*>")
NEW_BLOCK = re.compile(r"^\s*(?:[-*|#]|\d+\.)")
TURN = re.compile(r"\b(?:unless|except|but|however|although|(?<!even )though)\b", re.I)


@dataclass(frozen=True)
class Sentence:
    """A sentence of the register: of which source, and what stands in it."""

    source: str
    section: str
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, an item or a row: its first line and its text as one line."""

    line: int
    text: str


def folded(text: str) -> str:
    """The text in one line, with all quotation marks alike: pages must tell inner marks from outer ones."""
    text = re.sub(r"[“”‘’\"]", "'", text.replace("*", ""))
    return " ".join(text.split())


@cache
def register(folder: Path = REGISTER) -> tuple[Sentence, ...]:
    """All that is registered. Raises: ValueError, with the file, where an entry is not whole."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            entries = tomllib.loads(path.read_text("utf-8")).get("quotation", [])
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{shorten(path)}: {error}") from None
        for number, entry in enumerate(entries, 1):
            where = f"{shorten(path)}: quotation {number}"
            if set(entry) != KEYS or not all(str(value).strip() for value in entry.values()):
                raise ValueError(f"{where}: it has a section, a sentence and where it was read")
            if not re.search(r"[.!?:][)\]'\"”’]*$", entry["sentence"].strip()):
                raise ValueError(f"{where}: the sentence is not whole: it goes on to its full stop")
            found.append(Sentence(path.stem, entry["section"], entry["sentence"]))
    return tuple(found)


def blocks(path: Path, text: str) -> Iterator[Block]:
    """The paragraphs, items and rows of a page's prose."""
    hidden = {line for fence in parse(path, text) for line in range(fence.line, fence.end + 1)}
    start, lines = 0, list[str]()
    for number, line in enumerate([*text.split("\n"), ""], 1):
        empty = number in hidden or not line.strip() or NO_PROSE.match(line)
        if lines and (empty or NEW_BLOCK.match(line)):
            yield Block(start, " ".join(lines))
            lines = []
        if not empty:
            start = start if lines else number
            lines.append(line.strip())


def cut_at_a_turn(quoted: str, sentence: str) -> str:
    """The word at which the sentence turns right after the quotation; empty where it does not."""
    last = folded(re.split(r"\s*…\s*", quoted)[-1])
    after = folded(sentence).partition(last)[2]
    turn = TURN.search(after)
    return turn[0] if turn else ""


def stands_in(quoted: str, sentence: str) -> bool:
    """Whether the quotation, or each of its parts between …, stands in the sentence, in order."""
    rest = folded(sentence)
    for part in re.split(r"\s*…\s*", quoted):
        _, found, rest = rest.partition(folded(part).rstrip(".,;"))
        if not found:
            return False
    return True


def fault(quoted: str, sources: set[str]) -> str:
    """What is wrong with one quotation, and what to do; empty where nothing is."""
    if quoted != quoted.strip():
        return f"\"{quoted}\": quotation marks stand in quotation marks: write '…' for the inner ones"
    places = [sentence for sentence in register() if stands_in(quoted, sentence.text)]
    if not places:
        return f"“{quoted}” is not in the register: read it, and write its whole sentence into {shorten(REGISTER)}/"
    if sources and not any(sentence.source in sources for sentence in places):
        return f"“{quoted}” is registered under {places[0].source}, and linked to {', '.join(sorted(sources))}"
    turns = [cut_at_a_turn(quoted, sentence.text) for sentence in places]
    if all(turns):
        return f"“{quoted}” is cut before “{turns[0]}”: quote the turn as well, or use words of your own"
    return ""


def problems(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the fault of each quotation of a page that is not as the register has it."""
    text, section = text_of(path), ""
    front = re.match(r"---\n.*?\n---\n", text, re.S)
    head = front[0].count("\n") if front else 0
    for block in blocks(path, text):
        if heading := HEADING.match(block.text):
            section = heading[1] if path.resolve() == SOURCES else ""
        if block.line <= head:
            continue
        linked = set(LINK.findall(block.text)) | ({section} if section else set())
        words = MARKUP.sub(" ", block.text)
        quoted = STRAIGHT.findall(words)
        if linked:
            quoted += CURLY.findall(STRAIGHT.sub(" ", words))
        for each in quoted:
            if what := fault(each, linked):
                yield block.line, what


def main() -> int:
    """Tell what is wrong on the pages, a line each."""
    told = 0
    for path in pages([Path(name) for name in sys.argv[1:]] or [ROOT]):
        for line, what in problems(path):
            print(f"{shorten(path)}:{line}: {what}")
            told += 1
    return int(told > 0)


if __name__ == "__main__":
    sys.exit(main())
