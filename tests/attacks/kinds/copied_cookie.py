"""A cookie that was copied before the logout, and is used after it."""

from __future__ import annotations

import ast
import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from unittest import mock

from tests.attacks.faces import FACES, Outcome, having
from tests.attacks.wire import Browser, Running, running
from tools.programs import SNIPPETS

WORDS = "The attacker has copied Ada's cookie. She logs out, and it is used."
PROGRAMS = having("login", "logout")
CONTROL = "naive/told_browser.py"
# All of these sessions is in the cookie, so that nobody can end a copy.
SIGNED = (
    "choosing/complexity/in_cookie.py",
    "hybrid/scorecard/cookie_cart.py",
    "start/what_state_is/cookie_cart.py",
)
SAID = "a copy of the cookie is good for an hour"
HOUR = 3600


async def begin(browser: Browser, program: str) -> None:
    """A login; where there is none, something is put into the cart."""
    face = FACES[program]
    reply = await browser.ask((face.login or face.write).format(user="ada", item="tea"))
    assert reply.status < 400, f"no login: {reply.status}"


async def good(app: Running, jar: dict[str, str], program: str) -> bool:
    """Whether these cookies lead to anything that was kept."""
    anybody = app.browser()
    anybody.jar = {**jar}
    reply = await anybody.start(FACES[program].me)
    return reply.ok and reply.text != "[]"


async def attack(program: str) -> Outcome:
    face, copies = FACES[program], list[dict[str, str]]()
    async with running(program) as app:
        browser = app.browser()
        await begin(browser, program)
        copies.append({**browser.jar})
        await browser.ask(face.write.format(item="tea") or face.me)
        await begin(browser, program)  # again: her first session is not the one that she logs out of
        copies.append({**browser.jar})
        assert await good(app, copies[-1], program), "no login at all"
        await browser.ask(face.logout)
        used = [copy for copy in copies if await good(app, copy, program)]
    return Outcome(bool(used), f"{len(used)} of {len(copies)} copies are good after the logout")


# -- how long a copy is good ---------------------------------------------------------------


@dataclass(frozen=True)
class Life:
    """What becomes of a copied cookie."""

    program: str
    logged_out: bool | None  # whether it is good then; None where there is no logout
    hour: bool  # whether it is an hour later, if nobody logs out

    def __str__(self) -> str:
        word = {True: "good", False: "ended", None: "no logout"}
        return f"{self.program:38}{word[self.logged_out]:19}{word[self.hour]}"


class Clock:
    """The clock of the machine, which can be put forward."""

    def __init__(self) -> None:
        self.ahead, self.true = 0, time.time

    def __call__(self) -> float:
        return self.true() + self.ahead


async def life(program: str) -> Life:
    face, clock, logged_out = FACES[program], Clock(), None
    with mock.patch("time.time", clock):
        async with running(program) as app:
            browser = app.browser()
            await begin(browser, program)
            if face.write:
                await browser.ask(face.write.format(item="tea"))
            copy = {**browser.jar}
            assert await good(app, copy, program), "no login at all"
            clock.ahead = HOUR + 1
            later = await good(app, copy, program)
            clock.ahead = 0
            if face.logout:
                await browser.ask(face.logout)
                logged_out = await good(app, copy, program)
    return Life(program, logged_out, later)


def lives() -> Iterator[Life]:
    """Each program that can be asked who one is, and the carts in a cookie."""
    yield from (asyncio.run(life(program)) for program in dict.fromkeys([*PROGRAMS, *SIGNED]))


def says_so(program: str) -> bool:
    """Whether its docstring says how long a copy is good."""
    said = ast.get_docstring(ast.parse((SNIPPETS / program).read_text("utf-8"))) or ""
    return SAID in " ".join(said.split())
