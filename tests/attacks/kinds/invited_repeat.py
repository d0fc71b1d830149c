"""An invitation to come again, after what was asked for has been done."""

from __future__ import annotations

from typing import Any

from tests.attacks.faces import FACES, LOG_IN, NAIVE, Count, Outcome, faulty, having
from tests.attacks.kinds.locked_database import FILES, READS, asked, calls, rows
from tests.attacks.wire import running

WORDS = (
    "The store fails at each of its steps in turn. A client that is told to come again must not have had "
    "its effect already."
)
SESSIONS = having("sqlite", "login")
COUNTED = LOG_IN  # there the attempt is counted before it is made, which is what is wanted
PROGRAMS = [*SESSIONS, *(name for name in FILES if not FACES.get(name, READS).login and name != COUNTED)]
CONTROL = NAIVE


def counting(route: Any, runs: Count) -> None:
    inner = route.app

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        runs.more()
        await inner(scope, receive, send)

    route.app = counted


async def attack(program: str) -> Outcome:
    with_login = program not in FILES or program in SESSIONS
    return await by_a_session(program) if with_login else await by_each_route(program)


async def by_each_route(program: str) -> Outcome:
    """Whoever is told to come again finds all files as they were."""
    told = 0
    with faulty() as faults:
        async with running(program) as app:
            browser = app.browser()
            for call in sorted(calls(app.app)):
                for number in range(1, 9):
                    before = rows(app.folder)
                    faults.after(number)
                    reply = await asked(browser, call)
                    faults.never()
                    told += reply.status == 503
                    if reply.header("retry-after") and rows(app.folder) != before:
                        return Outcome(True, f"{call}: statement {number} fails, {reply.status}, and it is done")
    return Outcome(False, f"{told} times 503, none invites a repeat of what was done")


async def by_a_session(program: str) -> Outcome:
    face, told, runs = FACES[program], 0, Count()

    def counted(app: Any) -> None:
        for route in app.routes:
            if hasattr(route, "app") and "POST" in (getattr(route, "methods", None) or ()) and face.write:
                counting(route, runs)

    with faulty() as faults:
        async with running(program, counted) as app:
            for number in range(1, 9):
                browser = app.browser()
                await browser.ask(face.login.format(user="ada"))
                runs.value = 0
                faults.after(number)
                reply = await browser.ask((face.write or face.login).format(item="tea", user="ada"))
                faults.never()
                told += reply.status == 503
                if reply.header("retry-after") and runs.value:
                    return Outcome(True, f"statement {number} fails: {reply.status}, Retry-After, and the view has run")
    return Outcome(False, f"{told} times 503, none invites a repeat of what was done")
