"""A file that another process holds: who reads is served, who writes is told so, and nothing is half done."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.attacks.faces import FACES, FORM, LOG_IN, NAIVE, RIGHT, Face, Outcome, having
from tests.attacks.fuzz.fuzzer import filled, requests
from tests.attacks.wire import Browser, Reply, Running, running
from tools.programs import table

WORDS = (
    "Another process is in the middle of a write to the SQLite file, as happens with several workers. Each route is "
    "asked meanwhile."
)
FILES = [name for name, entry in table().items() if '.db"' in entry.before + entry.app]
PROGRAMS = [*having("sqlite"), *(name for name in FILES if name not in having("sqlite"))]
CONTROL = NAIVE
READS = Face(login="", me="")
PATIENCE = 0.05  # seconds; what a program waits otherwise is its own argument


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """SQLite, for programs that are made in here: each connection waits so long and no longer."""
    connect = sqlite3.connect

    def connected(path: Any, timeout: float = 5, *given: Any, **more: Any) -> sqlite3.Connection:
        opened: sqlite3.Connection = connect(path, min(timeout, PATIENCE), *given, **more)
        return opened

    with patch.object(sqlite3, "connect", connected):
        yield


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[list[Path]]:
    """All files of this folder, while others write to them."""
    paths = sorted(folder.glob("*.db"))
    with contextlib.ExitStack() as life:
        for path in paths:
            other = life.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            other.execute("BEGIN IMMEDIATE")
            tables = other.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            other.execute(f"DELETE FROM {tables[0][0]} WHERE 0")
        yield paths


def rows(folder: Path) -> list[str]:
    """All that is in the files."""
    found = []
    for path in sorted(folder.glob("*.db")):
        with closing(sqlite3.connect(path)) as db:
            found += [*db.iterdump()]
    return found


def calls(app: Any) -> Iterator[str]:
    """Each route, asked for ordinary things."""
    for path, method in requests(app):
        yield f"{method} {filled(path, lambda name: WORD.get(name, 'ada'))}"


WORD = {"cents": "250", "value": "7", "seat": "A1"}
HEADERS = [(b"idempotency-key", b'"k"'), (b"if-match", b"*")]


async def asked(browser: Browser, call: str) -> Reply:
    if call == "POST /login" and browser.extra == FORM:
        return await browser.ask(call, body=RIGHT)
    return await browser.ask(call, HEADERS, b"7" if call.startswith("PUT") else b"")


async def attack(program: str) -> Outcome:
    face = FACES.get(program, READS)
    with impatient():
        async with running(program) as app:
            browser = app.browser()
            if face.login:
                await browser.ask(face.login.format(user="ada"))
            elif program == LOG_IN:
                browser.extra = FORM
                await asked(browser, "POST /login")
            return await meanwhile(app, browser, face.me)


async def meanwhile(app: Running, browser: Browser, me: str) -> Outcome:
    """What each route answers while the files are held, and what it has done all the same."""
    refused, tried, kept = 0, 0, rows(app.folder)
    for call in [me, *sorted(calls(app.app))] if me else sorted(calls(app.app)):
        with locked(app.folder) as files:
            if not files:
                return Outcome(True, "it has no file")
            reply = await asked(browser, call)
        tried, refused = tried + 1, refused + (reply.status == 503)
        unread = reply.status == 503 if call.startswith("GET") else reply.status == 500
        if unread or reply.raised or (call == me and not reply.ok):
            return Outcome(True, f"{call} meets {reply.status}, {reply.raised or reply.text}")
        if rows(app.folder) != kept:
            return Outcome(True, f"{call} meets {reply.status} and is done")
    return Outcome(False, f"{tried} calls, {refused} times 503")
