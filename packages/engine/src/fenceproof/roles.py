"""Which role a fence has, and what its header may say with it.

The rules are a table. The first that applies is the problem of the fence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fenceproof.fence import DATA, PYTHON, SESSION, SHELL, Header, Role

ROLES = frozenset({"output", "error", "excerpt", "not-run"})
OURS = frozenset({"breaks", "no-browser"})
MATERIAL = frozenset({"annotate", "copy", "no-copy", "no-select", "select"})
MARKS = OURS | MATERIAL
OPTIONS = frozenset({"title", "hl_lines", "linenums", "reason", "schema", "unreached", "unshown"})
RUNS = PYTHON | SESSION | SHELL


def role_of(header: Header) -> tuple[Role | None, str]:
    """The role of a fence with this header, and the problem where it has none."""
    role = _said(header) or _by_language(header)
    for rule in RULES:
        if rule.applies(header, role):
            return None, rule.says(header, role)
    return role, ""


def _said(header: Header) -> Role | None:
    """The role that the header names, the first if there are two."""
    named = [name for name in header.classes if name in ROLES]
    return Role(named[0]) if named else None


def _by_language(header: Header) -> Role:
    """The role of a fence that names none."""
    if header.language in RUNS:
        return Role.EXECUTED
    return Role.VALIDATED if header.language in DATA else Role.NOT_RUN


@dataclass(frozen=True)
class Rule:
    """One thing that a header must not say: when that is so, and the message."""

    applies: Callable[[Header, Role], object]
    says: Callable[[Header, Role], str]


def _unknown_class(header: Header) -> str:
    return next((name for name in header.classes if name not in ROLES | MARKS), "")


def _unknown_option(header: Header) -> str:
    known = OPTIONS
    unknown = (name for name in header.options if name not in known)
    return next((name for name in unknown if not name.startswith("data-")), "")


def _named_roles(header: Header) -> list[str]:
    return [f".{name}" for name in header.classes if name in ROLES]


def _has_reason(header: Header) -> bool:
    return bool(header.options.get("reason", "").strip())


def _what(header: Header) -> str:
    """What a fence that is not run is called in a message."""
    if _named_roles(header):
        return "not-run"
    return f'"{header.language}"' if header.language else "a fence without a language"


def _may_be_unreached(header: Header, role: Role) -> bool:
    return role in {Role.EXECUTED, Role.EXCERPT} and header.language in PYTHON | SESSION


def _no_browser(header: Header) -> bool:
    return "no-browser" in header.classes


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


RULES = (
    Rule(
        lambda header, role: header.language in ROLES | MARKS,
        lambda header, role: (
            f".{header.language} stands where the language is read: "
            f"write {{ .text .{header.language} }}"
        ),
    ),
    Rule(
        lambda header, role: _unknown_class(header),
        lambda header, role: (
            f"the role .{_unknown_class(header)} is not known: use one of {_listed(ROLES | MARKS)}"
        ),
    ),
    Rule(
        lambda header, role: _unknown_option(header),
        lambda header, role: (
            f"the option {_unknown_option(header)}= is not known: use one of {_listed(OPTIONS)}"
        ),
    ),
    Rule(
        lambda header, role: len(_named_roles(header)) > 1,
        lambda header, role: (
            f"two roles, {' and '.join(_named_roles(header)[:2])}: a fence keeps one promise"
        ),
    ),
    Rule(
        lambda header, role: role is Role.NOT_RUN and not _has_reason(header),
        lambda header, role: f'{_what(header)} needs reason="…": nothing is left unrun in silence',
    ),
    Rule(
        lambda header, role: (
            _no_browser(header)
            and (role is not Role.EXECUTED or header.language not in PYTHON | SESSION)
        ),
        lambda header, role: (
            ".no-browser is for Python that runs in the tests only: this fence is not run"
        ),
    ),
    Rule(
        lambda header, role: _no_browser(header) and not _has_reason(header),
        lambda header, role: 'no-browser needs reason="…": the page shows it instead of a button',
    ),
    Rule(
        lambda header, role: (
            role is not Role.NOT_RUN and "reason" in header.options and not _no_browser(header)
        ),
        lambda header, role: (
            f"reason= is for fences that do not run, and this one is {role}: "
            "add .not-run or drop the reason"
        ),
    ),
    Rule(
        lambda header, role: "unreached" in header.options and not _may_be_unreached(header, role),
        lambda header, role: (
            f"unreached= is for Python that runs, and excerpts of it: this fence is {role}"
        ),
    ),
    Rule(
        lambda header, role: not header.options.get("unreached", "…").strip(),
        lambda header, role: (
            'unreached="" says nothing: write why no run of this page reaches the lines'
        ),
    ),
    Rule(
        lambda header, role: "unshown" in header.options and role is not Role.EXECUTED,
        lambda header, role: f"unshown= is for programs that run: this fence is {role}",
    ),
    Rule(
        lambda header, role: not header.options.get("unshown", "…").strip(),
        lambda header, role: 'unshown="" says nothing: write why the page leaves the output out',
    ),
    Rule(
        lambda header, role: role in {Role.OUTPUT, Role.ERROR} and header.language in RUNS,
        lambda header, role: f"a {header.language} fence cannot be an {role}: use .text",
    ),
    Rule(
        lambda header, role: role is Role.EXCERPT and header.language not in PYTHON,
        lambda header, role: "an excerpt is Python that this page already ran: use .python",
    ),
    Rule(
        lambda header, role: "schema" in header.options and role is not Role.VALIDATED,
        lambda header, role: f"schema= is for data that is validated, and this fence is {role}",
    ),
    Rule(
        lambda header, role: not header.options.get("schema", "…").strip(),
        lambda header, role: 'schema="" names none: write the name of one, or drop it',
    ),
    Rule(
        lambda header, role: (
            "breaks" in header.classes and role not in {Role.EXECUTED, Role.EXCERPT}
        ),
        lambda header, role: (
            ".breaks marks a program that is wrong on purpose: this fence is not a program"
        ),
    ),
)
