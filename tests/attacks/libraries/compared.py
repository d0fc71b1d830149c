"""The session middleware of this site and those that people would take instead, under the same attacks.

python -m tests.attacks.libraries.compared
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from unittest import mock

from starlette.types import ASGIApp

from tests.attacks import wire
from tests.attacks.board import KINDS, kind
from tests.attacks.faces import Outcome

OURS = "stateful/session_servers/shop.py"
STORE, COOKIE = "libraries/starsessions_store.py", "libraries/starsessions_cookie.py"
STARLETTE = "libraries/starlette_cookie.py"
COLUMNS = {
    OURS: "this site's",
    STORE: "starsessions, store",
    COOKIE: "starsessions, cookie",
    STARLETTE: "Starlette, cookie",
}
# What no session middleware could do anything about, or has to do with no session.
OTHER = {"if_match", "unreadable_bodies", "idempotency_keys", "sticky_cookie", "no_password"}
# What is done to a store of sessions, and does not apply where there is none.
STORED = {"store_down", "invited_repeat", "filled_store", "locked_database", "failed_save"}
GUARDED = "cross_site, checked"


@dataclass(frozen=True)
class Row:
    """One attack, on each of them."""

    kind: str
    outcomes: list[Outcome | None]

    def words(self) -> list[str]:
        """For each of them whether it stands; a dash where there is nothing to attack."""
        return ["-" if each is None else "falls" if each.succeeded else "stands" for each in self.outcomes]


def outcome(name: str, program: str) -> Outcome | None:
    """One attack on one of them, or None where it has no store."""
    if name in STORED and program not in {OURS, STORE}:
        return None
    found: Outcome = asyncio.run(kind(name).attack(program))
    return found


def checked(program: str) -> Outcome | None:
    """A request of another site, where `SameOrigin` stands before the middleware."""
    with mock.patch.object(wire, "made", partial(guarded, wire.made)):
        return outcome("cross_site", program)


def guarded(made: object, path: str, folder: object) -> ASGIApp:
    """The app with the check before it; this site's shop has it."""
    assert callable(made)
    app: ASGIApp = made(path, folder, same_origin=True) if path != OURS else made(path, folder)
    return app


def rows(names: tuple[str, ...] = KINDS) -> Iterator[Row]:
    """These attacks, run."""
    for name in names:
        if name not in OTHER:
            yield Row(name, [outcome(name, program) for program in COLUMNS])
        if name == "cross_site":
            yield Row(GUARDED, [checked(program) for program in COLUMNS])


def table(found: list[Row]) -> str:
    """A line for each attack."""
    head = f"{'':20}" + "".join(f"{column:22}" for column in COLUMNS.values())
    lines = [f"{row.kind:20}" + "".join(f"{word:22}" for word in row.words()) for row in found]
    return "\n".join(line.rstrip() for line in [head, *lines])


def versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in ("starsessions", "starlette"))


if __name__ == "__main__":
    print(versions())
    for row in rows():
        print(row.kind)
        for program, each in zip(COLUMNS, row.outcomes, strict=True):
            print(f"  {COLUMNS[program]:22}{each}")
