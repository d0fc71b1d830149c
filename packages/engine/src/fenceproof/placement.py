"""What a fence of a role needs around it, and what a program must not have in it.

The rules are a table, as those of a header are; the first that applies is the problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from fenceproof.console import commands
from fenceproof.fence import PYTHON, SESSION, SHELL, Fence, Role
from fenceproof.session import NO_SPACE, statements
from fenceproof.told import is_result, texts, told
from fenceproof.unreached import places

DIRECTIVE = re.compile(r"#\s*doctest:")
PROMPT = re.compile(r"^>>> ", re.M)
COMMENT = re.compile(r"\s#\s*(?P<says>[^'\"`]+)$")
FILE = re.compile(r"[\w./-]+\.\w+")
BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
# The two joiners of words are right in an emoji, and in Persian.
INVISIBLE = re.compile(
    "[\u00a0\u00ad\u0085\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u200b\u200e\u200f\u2028\u2029"
    "\u202f\u205f-\u2064\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
SPAN = re.compile(r"(\d+)(?:-(\d+))?")
PROGRAMS = PYTHON | SESSION | SHELL


@dataclass(frozen=True)
class Place:
    """A fence, the fences above it on its page, and the lines of the page."""

    fence: Fence
    role: Role
    above: list[Fence]
    lines: list[str]

    @property
    def last(self) -> Fence | None:
        """The fence right above, if no text stands between."""
        if not self.above:
            return None
        between = self.lines[self.above[-1].end : self.fence.line - 1]
        has_text = any(line.strip(" \t>") for line in between)
        return None if has_text else self.above[-1]

    @property
    def text(self) -> str:
        """What runs, or is compared."""
        return self.fence.source.text

    @property
    def is_result(self) -> bool:
        """Whether it is the output or the error of a block."""
        return self.role in {Role.OUTPUT, Role.ERROR}

    def runs(self, languages: frozenset[str]) -> bool:
        """Whether it is run, in one of these languages."""
        return self.role is Role.EXECUTED and self.fence.language in languages


def misplaced(place: Place) -> str:
    """What is wrong with the fence where it stands; an empty text if nothing is."""
    for applies, says in RULES:
        if applies(place):
            return says(place)
    return ""


def _is_second(place: Place) -> bool:
    return place.is_result and place.last is not None and place.last.role is place.role


def _is_below_error(place: Place) -> bool:
    return place.is_result and place.last is not None and place.last.role is Role.ERROR


def _has_no_block(place: Place) -> bool:
    if not place.is_result:
        return False
    last = place.last
    if last is None:
        return True
    is_program = last.language in PYTHON and last.role in {Role.EXECUTED, None}
    return not (is_program or last.role is Role.OUTPUT)


def _is_of_nothing(place: Place) -> bool:
    if place.role is not Role.EXCERPT:
        return False
    ran = [fence for fence in place.above if fence.role is Role.EXECUTED]
    return not any(next(places(fence.source.text, place.text), None) for fence in ran)


def _is_of_text(place: Place) -> bool:
    """Whether an excerpt begins or ends within a text wherever its lines stand."""
    if place.role is not Role.EXCERPT:
        return False
    for fence in place.above:
        within = texts(fence.source.text) if fence.role is Role.EXECUTED else set()
        for lines in places(fence.source.text, place.text):
            if fence.role is Role.EXECUTED and within.isdisjoint({lines.start, lines.stop}):
                return False
    return True


def _told(place: Place) -> str:
    """A result that a program tells and that no run compares."""
    if place.runs(PYTHON):
        return told(place.text)
    if place.runs(SESSION) and not NO_SPACE.search(place.text):
        results = (told(statement.source) for statement in statements(place.text))
        return next(filter(None, results), "")
    if place.runs(SHELL):
        found = (COMMENT.search(command.text) for command in commands(place.text))
        comments = (comment["says"] for comment in found if comment)
        return next((f"# {comment}" for comment in comments if is_result(comment)), "")
    return ""


def _is_empty(place: Place) -> bool:
    return place.role in {Role.EXECUTED, Role.VALIDATED} and not place.text.strip()


def _same_id(place: Place) -> Fence | None:
    ident = place.fence.header.id
    same = (fence for fence in place.above if ident and fence.header.id == ident)
    return next(same, None)


def _invisible(place: Place) -> str:
    """A character of a program that a reader does not see, or takes for a space."""
    found = INVISIBLE.search(place.text) if place.runs(PROGRAMS) else None
    return f"U+{ord(found[0]):04X}" if found else ""


def _line_beyond(place: Place) -> int:
    """A line that hl_lines names and the fence does not have; 0 if there is none."""
    lines = place.text.rstrip("\n").count("\n") + 1
    for first, last in SPAN.findall(place.fence.header.options.get("hl_lines", "")):
        number = int(last or first)
        if number > lines:
            return number
    return 0


def _other_title(place: Place) -> bool:
    """Whether the title names another file than the one that is included."""
    title = place.fence.header.options.get("title", "")
    include = place.fence.include
    if not include or not FILE.fullmatch(title):
        return False
    return not include.path.as_posix().endswith(f"/{title.lstrip('/')}")


Rule = tuple[Callable[[Place], object], Callable[[Place], str]]

RULES: tuple[Rule, ...] = (
    (_is_second, lambda place: f"a second {place.role} of one block: a block has one"),
    (
        _is_below_error,
        lambda place: "an output below the error of its block: put the output first",
    ),
    (
        _has_no_block,
        lambda place: (
            f"an {place.role} without a block: put it right after the Python fence it belongs to"
        ),
    ),
    (
        _is_of_nothing,
        lambda place: (
            "an excerpt of nothing: an earlier fence of this page must run these very lines"
        ),
    ),
    (
        _is_of_text,
        lambda place: (
            "an excerpt of a text: these lines stand in a string, and nothing runs them there"
        ),
    ),
    (
        _told,
        lambda place: (
            f"`{_told(place)}` tells a result that no run compares: print it, and put a "
            "{ .text .output } fence below"
        ),
    ),
    (
        lambda place: place.runs(SESSION) and DIRECTIVE.search(place.text),
        lambda place: "doctest directives skip or loosen a check: take this one out",
    ),
    (
        lambda place: place.runs(SESSION) and not PROMPT.search(place.text),
        lambda place: "a session without a prompt: start its statements with >>>",
    ),
    (
        lambda place: place.runs(SHELL) and not place.text.startswith("$ "),
        lambda place: "a console without a command: start it with $",
    ),
    (_is_empty, lambda place: "an empty fence proves nothing: fill it or drop it"),
    (
        lambda place: place.runs(PROGRAMS) and BIDIRECTIONAL.search(place.text),
        lambda place: (
            "a control character turns the direction of the text, so the page shows "
            r"other code than runs: write it as \u…"
        ),
    ),
    (
        _invisible,
        lambda place: (
            f"the character {_invisible(place)} is not seen, or looks like a space, so the page "
            "shows other code than runs: write it as an escape, or take it out"
        ),
    ),
    (
        _line_beyond,
        lambda place: (
            f"hl_lines= names line {_line_beyond(place)}, and the fence has no such line: "
            "name one that it has"
        ),
    ),
    (
        _other_title,
        lambda place: (
            f'the title "{place.fence.header.options["title"]}" is not the name of '
            "the file that is included: name that file, or use words"
        ),
    ),
    (
        lambda place: _same_id(place),
        lambda place: (
            f"the id #{place.fence.header.id} is taken by line "
            f"{getattr(_same_id(place), 'line', 0)}: give each block its own"
        ),
    ),
)
