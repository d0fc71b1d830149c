"""A store that another process holds: who reads is served, who writes is told."""

from __future__ import annotations

import sqlite3

from tests.attacks.faces import FACES, NAIVE, Outcome, having
from tests.attacks.wire import running

WORDS = "Another process is in the middle of a write to the SQLite file, as happens with several workers."
PROGRAMS = having("sqlite")
CONTROL = NAIVE


async def attack(program: str) -> Outcome:
    face = FACES[program]
    async with running(program) as app:
        browser = app.browser()
        await browser.ask(face.login.format(user="ada"))
        others = [sqlite3.connect(path, isolation_level=None) for path in app.folder.glob("*.db")]
        try:
            for other in others:
                other.execute("BEGIN IMMEDIATE")
                tables = other.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                other.execute(f"DELETE FROM {tables[0][0]} WHERE 0")
            reply = await browser.ask(face.me)
        finally:
            for other in others:
                other.close()
    what = f"a reader meets {reply.status}" + (f", {reply.raised}" if reply.raised else "")
    return Outcome(not others or reply.status != 200, what)
