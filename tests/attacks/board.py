"""All kinds of attack, each on every program of its kind and on one that it must beat.

python -m tests.attacks.board [KIND ...]
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from tests.attacks.faces import Outcome
from tools.programs import SNIPPETS

KINDS = (
    "lost_login", "fixation", "carry_over", "cross_site", "store_down", "invited_repeat", "filled_store", "locked_database",  # noqa: E501
    "if_match", "unreadable_bodies", "idempotency_keys", "open_sockets", "big_sessions", "cookie_spelling", "failed_save",  # noqa: E501
    "sticky_cookie", "no_password", "late_write", "copied_cookie", "shared_cache",
)  # fmt: skip
BREAKS = {
    ("fixation", "stateful/session_servers/kept_name.py"): "its page marks it: a login keeps the session's name",
    ("idempotency_keys", "stateless/idempotent/look_then_charge.py"): "its page marks it: it looks, and then charges",
    ("filled_store", "stateless/idempotent/look_then_charge.py"): "its page marks it: it keeps each key for ever",
    ("filled_store", "stateless/web_servers/connection_auth.py"): "its page marks it: it keeps each connection",
    ("filled_store", "choosing/complexity/two_shapes.py"): "its page marks it: it takes any owner's cart",
}
# What cannot be helped: the program's docstring says so, and what bounds the harm.
BOUNDED = {("copied_cookie", "choosing/complexity/in_cookie.py"): "an hour"}


@dataclass(frozen=True)
class Line:
    """One attack on one program."""

    kind: str
    program: str
    outcome: Outcome

    @property
    def verdict(self) -> str:
        if self.program.startswith("naive/") or (self.kind, self.program) in BREAKS:
            return "falls, as it must" if self.outcome.succeeded else "STANDS"
        if (self.kind, self.program) in BOUNDED:
            return "falls, says so" if self.outcome.succeeded else "STANDS"
        return "falls" if self.outcome.succeeded else "stands"


@cache
def kind(name: str) -> ModuleType:
    """The module of a kind: its words, its programs, its control and its attack."""
    return importlib.import_module(f"tests.attacks.kinds.{name}")


def pairs() -> list[tuple[str, str]]:
    """Every kind with each of its programs; last, the control."""
    return [
        (name, program)
        for name in KINDS
        for program in [*dict.fromkeys(kind(name).PROGRAMS), kind(name).CONTROL]
        if program.startswith("naive/") or (SNIPPETS / program).is_file()
    ]


def tried(name: str, program: str) -> Line:
    """One attack, run."""
    return Line(name, program, asyncio.run(kind(name).attack(program)))


def run(names: tuple[str, ...] = KINDS) -> Iterator[Line]:
    """These kinds, run."""
    return (tried(name, program) for name, program in pairs() if name in names)


if __name__ == "__main__":
    for line in run(tuple(sys.argv[1:]) or KINDS):
        print(f"{line.kind:18}{line.program:42}{line.verdict:18}{line.outcome.seen}", flush=True)
