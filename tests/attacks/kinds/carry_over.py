"""What one user left in a session, seen by the next user of the same browser."""

from __future__ import annotations

from tests.attacks.faces import FACES, NAIVE, Outcome, having
from tests.attacks.wire import running

WORDS = "Ada fills her cart and leaves. Grace logs in with the same browser and looks for what Ada left."
PROGRAMS = having("login", "write")
CONTROL = NAIVE


async def attack(program: str) -> Outcome:
    face = FACES[program]
    async with running(program) as app:
        for between in ("", face.logout):
            browser = app.browser()
            await browser.ask(face.login.format(user="ada"))
            await browser.ask(face.write.format(item="secret", user="ada"))
            if between:
                await browser.ask(between)
                look = await browser.start(face.write.format(item="jam", user="ada"))
                if "secret" in look.text:
                    return Outcome(True, f"after the logout: {look.text}")
            await browser.ask(face.login.format(user="grace"))
            for look in (face.write.format(item="jam", user="grace"), face.me.format(user="grace")):
                reply = await browser.ask(look)
                if "secret" in reply.text:
                    return Outcome(True, f"Grace reads {reply.text}")
    return Outcome(False, "nothing of Ada's is left")
