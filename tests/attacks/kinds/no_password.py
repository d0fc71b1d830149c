"""A login that asks for a name and nothing else."""

from __future__ import annotations

from tests.attacks.faces import FACES, NAIVE, Outcome, having
from tests.attacks.wire import running

WORDS = "The attacker says that she is Ada."
PROGRAMS = having("login")
CONTROL = NAIVE


async def attack(program: str) -> Outcome:
    face = FACES[program]
    async with running(program) as app:
        browser = app.browser()
        login = await browser.ask(face.login.format(user="ada"))
        assert login.status != 404, "nowhere to log in"
        me = await browser.ask(face.me.format(user="ada"))
    return Outcome(login.ok and me.ok, f"{login.status}, then {me.status}")
