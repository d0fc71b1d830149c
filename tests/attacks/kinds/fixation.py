"""A session's name that the attacker knows before the login, and that must lead nowhere after it."""

from __future__ import annotations

from tests.attacks.faces import FACES, KEPT_NAME, NAIVE, Outcome, having
from tests.attacks.wire import running

WORDS = "The attacker gives the victim's browser a session name, waits for the login, and then uses that name."
PROGRAMS = [*having("login"), KEPT_NAME]
CONTROL = NAIVE


async def attack(program: str) -> Outcome:
    face, tried = FACES[program], []
    async with running(program) as app:
        for way in (face.login, *face.rivals):
            for planted in ("anonymous", "own", "made up", "empty"):
                attacker, victim = app.browser(), app.browser()
                if planted == "anonymous" and face.write:
                    await attacker.ask(face.write.format(item="tea", user="grace"))
                elif planted == "own":
                    await attacker.ask(face.login.format(user="grace"))
                elif planted == "made up":
                    names = await probe(app.browser(), face.login) or ["session"]
                    attacker.jar = dict.fromkeys(names, "e" * 43)
                victim.jar = {**attacker.jar}
                reply = await victim.ask(way.format(user="ada"))
                tried.append(planted)
                seen = await attacker.ask(face.me.format(user="ada"))
                same = bool(attacker.jar) and victim.jar == attacker.jar and planted != "own"
                named = seen.text.lower() == '"ada"' and (planted != "own" or "{user}" in face.login)
                if reply.ok and (named or (same and seen.ok)):
                    return Outcome(True, f"{planted} name, {way}: the attacker is answered {seen.text}")
    return Outcome(False, f"{len(tried)} planted names lead nowhere")


async def probe(browser, login: str) -> list[str]:  # type: ignore[no-untyped-def]
    await browser.ask(login.format(user="grace"))
    return [*browser.jar]
