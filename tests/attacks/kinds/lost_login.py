"""A login while another request of the same browser is under way, which must not undo it."""

from __future__ import annotations

import asyncio

from tests.attacks.faces import FACES, NAIVE, Outcome, having
from tests.attacks.wire import Browser, Reply, in_turns, running

WORDS = (
    "A browser logs in while an older request of its own is still running. The older answer comes last "
    "and its cookie wins."
)
PROGRAMS = [*having("login", "logout"), *having("login", "write")]
CONTROL = NAIVE
TURNS = 24


async def late(turns: int, browser: Browser, call: str) -> Reply:
    for _ in range(turns):
        await asyncio.sleep(0)
    return await browser.start(call)


async def attack(program: str) -> Outcome:
    face, lost, tried = FACES[program], 0, 0
    others = [call.format(item="tea", user="ada") for call in (face.write, face.me, face.logout and face.me) if call]
    with in_turns():
        async with running(program) as app:
            for before in ("", "grace") if face.write else ("grace",):
                for other in sorted(set(others)):
                    for turns in range(-TURNS, TURNS):
                        browser = app.browser()
                        if before:
                            await browser.ask(face.login.format(user=before))
                        else:
                            await browser.ask(face.write.format(item="jam", user="ada"))
                        if not browser.jar:
                            continue
                        replies = await asyncio.gather(
                            late(max(0, -turns), browser, face.login.format(user="ada")),
                            late(max(0, turns), browser, other),
                        )
                        if not replies[0].ok:
                            continue
                        for reply in replies:  # the login's answer first, then the late one's
                            browser.take(reply)
                        tried += 1
                        me = await browser.ask(face.me.format(user="ada"))
                        lost += not me.ok or (face.me == "GET /me" and me.text.lower() not in {'"ada"', ""})
    assert tried, "no login was tried"
    return Outcome(bool(lost), f"{lost} of {tried} logins are lost")
