"""One client without a name that fills the store of sessions."""

from __future__ import annotations

from tests.attacks.faces import FACES, NAIVE, Outcome, having
from tests.attacks.wire import running

WORDS = (
    "One client without cookies asks again and again, so that each request leaves a session; then "
    "somebody wants to log in."
)
PROGRAMS = [name for name in having("write") if name not in having("login")] + having("login", "write", "sqlite")
CONTROL = NAIVE
MANY = 1100


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
    stored = f"{kept} of {MANY} requests left a session"
    return Outcome(kept == MANY or not (login.ok or not face.login), stored)
