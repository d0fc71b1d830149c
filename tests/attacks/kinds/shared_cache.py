"""A cache between the users and the program, which gives what it got for one of them to another."""

from __future__ import annotations

from typing import Any

from tests.attacks.faces import FACES, FORM, LOG_IN, NAIVE, RIGHT, Face, Outcome, having
from tests.attacks.kinds.locked_database import calls
from tests.attacks.wire import Browser, Pairs, Reply, running

WORDS = (
    "Ada looks at her pages through a cache that keeps all that RFC 9111 lets it keep. Then somebody without "
    "her cookie asks for the same addresses."
)
GIVEN = {"stateless/rest_apis/session_place.py": {"session": "4f3a"}}  # a session that is there from the start
PROGRAMS = [*having("me"), LOG_IN, *GIVEN]
CONTROL = NAIVE
KEPT_BY_NOBODY = {"no-store", "private", "no-cache"}


class Cache:
    """It keeps each page for ever: a page that says no age may be kept for as long as a cache likes."""

    def __init__(self) -> None:
        self.pages: dict[str, list[tuple[Pairs, Reply]]] = {}

    async def ask(self, browser: Browser, call: str) -> tuple[Reply, bool]:
        """The reply, and whether it was kept here."""
        sent = [*browser.cookie(), *browser.extra]
        for named, reply in self.pages.get(call, []):
            if all([value for name, value in sent if name == key] == [kept] for key, kept in named):
                return reply, True
        reply = await browser.start(call)
        if may_keep(reply, sent):
            varies = [name.strip().lower().encode() for name in (reply.header("vary") or "").split(",") if name.strip()]
            named = [(name, b"".join(value for key, value in sent if key == name)) for name in varies]
            self.pages.setdefault(call, []).append((named, reply))
        return reply, False


def may_keep(reply: Reply, sent: Pairs) -> bool:
    """RFC 9111 §3 and §3.5, for a cache that many share."""
    control = {word.strip().lower() for word in (reply.header("cache-control") or "").split(",")}
    asks_who = any(name == b"authorization" for name, _ in sent)
    return reply.status == 200 and not control & KEPT_BY_NOBODY and not asks_who and reply.header("vary") != "*"


async def known(app: Any, program: str, face: Face) -> Browser:
    """Ada, who has logged in as far as that can be, and has something in her cart."""
    ada: Browser = app.browser()
    ada.jar |= GIVEN.get(program, {})
    if program == LOG_IN:
        await ada.ask("POST /login", FORM, RIGHT)
    for call in filter(None, (face.login, face.write)):
        await ada.ask(call.format(user="ada", item="tea"))
    assert ada.jar, "no cookie at all"
    return ada


async def attack(program: str) -> Outcome:
    face, looked = FACES.get(program, Face(login="")), 0
    async with running(program) as app:
        ada, cache = await known(app, program, face), Cache()
        for call in [call for call in calls(app.app) if call.startswith("GET")]:
            page, _ = await cache.ask(ada, call)
            own = await app.browser().start(call)
            got, kept = await cache.ask(app.browser(), call)
            looked += page.ok and (page.status, page.body) != (own.status, own.body)
            if kept and (got.status, got.body) != (own.status, own.body):
                return Outcome(True, f"{call} gives a stranger {got.text[:40]}")
    assert looked, "no page differs for Ada"
    return Outcome(False, f"{looked} pages of one user, none kept for another")
