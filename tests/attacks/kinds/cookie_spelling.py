"""A cookie whose name only looks like the session's, which a sibling domain can set."""

from __future__ import annotations

from tests.attacks.faces import FACES, NAIVE, Face, Outcome, having
from tests.attacks.wire import Reply, ask, running

WORDS = (
    "A sibling domain may not set a __Host- cookie, but one whose name turns into it once bytes are "
    "stripped; or any cookie of a plain name."
)
SEATS = "choosing/consistency/read_your_writes.py"  # its cookie names nobody; a wrong one ends in a 503
PROGRAMS = [*having("login"), *(name for name in having("write") if name not in having("login")), SEATS]
CONTROL = NAIVE
ODD = [b"\xa0", b"\x1f", b"\x85", b"\x0b", b"\x0c", b"\x1c", b"\t", b"\xc2\xa0", b"\xe3\x80\x80", b"\xef\xbb\xbf"]


def leads(reply: Reply, face: Face) -> bool:
    """Whether somebody is known; where nobody logs in, by what is in their cart."""
    return reply.ok and (bool(face.login) or '"session":["tea"]' in reply.text or reply.text == '["tea"]')


def spellings(name: bytes, value: bytes) -> list[bytes]:
    """Cookie lines that look like this cookie, behind another: what is around a whole header is no part of it."""
    spelled = [odd + name for odd in ODD] + [name + odd for odd in ODD] + [name.lower(), name.upper()]
    lines = [spell + b"=" + value for spell in spelled]
    lines += [b"=" + name + b"=" + value, name + b"=" + ODD[0] + value, name + b'="' + value + b'"']
    return [b"theme=dark; " + line for line in lines]


async def far_away() -> Outcome:
    """A position that the log never reaches, under a name that is not the cookie's."""
    async with running(SEATS) as app:
        browser = app.browser()
        await browser.ask("POST /seats/A1")
        [name] = browser.jar
        if not name.startswith("__Host-"):
            return Outcome(True, f"any sibling domain can set {name!r}, and then there are no seats")
        asked = await ask(app.app, "GET /seats", [(b"cookie", name.encode() + b"=999")])
        assert asked.status == 503, "the cookie itself is not read"
        for line in (lines := spellings(name.encode(), b"999")):
            reply = await ask(app.app, "GET /seats", [(b"cookie", line)])
            if reply.status == 503 or reply.raised:
                return Outcome(True, f"{line[12:36]!r} is taken for it: {reply.status}")
    return Outcome(False, f"{len(lines)} spellings are other cookies")


async def attack(program: str) -> Outcome:
    if program == SEATS:
        return await far_away()
    face = FACES[program]
    async with running(program) as app:
        browser = app.browser()
        await browser.ask((face.login or face.write).format(user="ada", item="tea"))
        assert browser.jar, "no cookie at all"
        assert leads(await browser.ask(face.me.format(user="ada")), face), "the cookie itself leads nowhere"
        name, value = next((k.encode(), v.encode()) for k, v in browser.jar.items())
        if not name.startswith(b"__Host-"):
            return Outcome(True, f"any sibling domain can set {name.decode()!r}")
        for line in (lines := spellings(name, value)):
            me = await ask(app.app, face.me.format(user="ada"), [(b"cookie", line)])
            if leads(me, face) or me.raised:
                return Outcome(True, f"{line[12:36]!r} is taken for it")
    return Outcome(False, f"{len(lines)} spellings are other cookies")
