"""One client that fills the store of sessions: without a name, or with one account."""

from __future__ import annotations

from typing import Any

from tests.attacks.faces import FACES, NAIVE, Face, Outcome, having
from tests.attacks.wire import running

WORDS = (
    "One client without cookies asks again and again, so that each request leaves a session; then "
    "somebody wants to log in. With one account it does the same by logins."
)
PROGRAMS = [name for name in having("write") if name not in having("login")] + having("login", "write", "sqlite")
CONTROL = NAIVE
MANY, LOGINS = 2100, 40  # more than twice the limit, as an hour may end meanwhile


async def attack(program: str) -> Outcome:
    face, kept = FACES[program], 0
    if "cookie" in program:
        return Outcome(False, "the client keeps it")
    async with running(program) as app:
        for _ in range(20):
            looked = await app.browser().ask(face.me)
            if looked.header("set-cookie"):
                return Outcome(True, "a look begins a session")
        for _ in range(MANY):
            reply = await app.browser().ask(face.write.format(item="tea"))
            kept += reply.ok and bool(reply.header("set-cookie"))
        login = await app.browser().ask(face.login.format(user="ada")) if face.login else reply
        lasting = await live(app, face) if face.login and kept < MANY else 0
        if lasting == LOGINS:
            return Outcome(True, f"one account has {LOGINS} sessions after {LOGINS} logins")
    stored = f"{kept} of {MANY} requests left a session"
    return Outcome(kept == MANY or not (login.ok or not face.login), stored)


async def live(app: Any, face: Face) -> int:
    """How many sessions of one account are there at once."""
    browsers = [app.browser() for _ in range(LOGINS)]
    for browser in browsers:
        await browser.ask(face.login.format(user="ada"))
    return sum([(await browser.ask(face.me)).ok for browser in browsers])
