"""A login that asks for a name and nothing else."""

from __future__ import annotations

import ast

from tests.attacks.faces import FACES, FORM, LOG_IN, NAIVE, RIGHT, Outcome, having
from tests.attacks.wire import running
from tools.programs import SNIPPETS

WORDS = "The attacker says that she is Ada."
PROGRAMS = [*having("login"), LOG_IN]
CONTROL = NAIVE


GUESSES = [
    b"",
    b"user=ada",
    b"user=ada&password=",
    b"user=ada&password=x",
    b"user=ada&password=correct+horse+",
    b"user=ada&password=x&password=correct+horse",
    b"user=eve&password=correct+horse",
]


async def guessed() -> Outcome:
    """The login that asks for one: no guess is let in, and who knows it is."""
    async with running(LOG_IN) as app:
        for guess in GUESSES:
            browser = app.browser()
            login = await browser.ask("POST /login", FORM, guess)
            me = await browser.ask("GET /me")
            if login.status < 400 or me.ok:
                return Outcome(True, f"{guess.decode()}: {login.status}, then {me.status}")
    async with running(LOG_IN) as app:
        browser = app.browser()
        await browser.ask("POST /login", FORM, RIGHT)
        me = await browser.ask("GET /me")
        assert me.ok, f"not even the right password: {me.status}"
    return Outcome(False, f"{len(GUESSES)} guesses refused, the right one let in")


async def attack(program: str) -> Outcome:
    if program == LOG_IN:
        return await guessed()
    face = FACES[program]
    async with running(program) as app:
        browser = app.browser()
        login = await browser.ask(face.login.format(user="ada"))
        assert login.status != 404, "nowhere to log in"
        me = await browser.ask(face.me.format(user="ada"))
    if login.ok and me.ok and says_so(program):
        return Outcome(False, "it says that it asks for none")
    return Outcome(login.ok and me.ok, f"{login.status}, then {me.status}")


def says_so(program: str) -> bool:
    """Whether its docstring does, and names the page whose login asks for one; a control never does."""
    if program == CONTROL:
        return False
    said = " ".join((ast.get_docstring(ast.parse((SNIPPETS / program).read_text("utf-8"))) or "").split())
    return "asks for no password" in said and "stateful/log-in" in said
