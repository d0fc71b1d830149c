"""A page for which nobody need be known, while the store of sessions is down."""

from __future__ import annotations

import contextlib
from typing import Any

from tests.attacks.faces import FACES, NAIVE, Outcome, faulty, having
from tests.attacks.wire import running

WORDS = "The store is made to fail. Whoever brings no cookie must notice nothing, and must not have asked it."
PROGRAMS = having("sqlite")
CONTROL = NAIVE


async def attack(program: str, store: Any = None) -> Outcome:
    """With another store than SQLite, that one is asked for its calls, and broken."""
    face = FACES[program]
    with contextlib.nullcontext(store) if store else faulty() as faults:
        async with running(program) as app:
            for call in filter(None, (face.public, face.me)):
                before = faults.calls
                await app.browser().ask(call)
                if asked := faults.calls - before:
                    return Outcome(True, f"{call} without a cookie asks the store {asked} times")
                faults.always()
                reply = await app.browser().ask(call)
                faults.never()
                if reply.raised or reply.status >= 500:
                    return Outcome(True, f"{call} without a cookie: {reply.status}")
    return Outcome(False, "the store is not asked")
