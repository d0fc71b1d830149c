"""One client that fills what a program keeps: without a name, with one account, by each route that it has."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.attacks import kept
from tests.attacks.faces import FACES, NAIVE, Face, Outcome, having
from tests.attacks.fuzz.fuzzer import filled, members, requests
from tests.attacks.wire import ELSEWHERE, Browser, Reply, Running, ask, in_turns, running

WORDS = (
    "One client without cookies asks again and again, so that each request leaves a session; then "
    "somebody wants to log in. With one account it does the same by logins. And it asks each route for something "
    "else 180 times, as a new client and as one that is known, until the program says stop: here at a hundred."
)
SESSIONS = [name for name in having("write") if name not in having("login")] + having("login", "write", "sqlite")
PROGRAMS = [*SESSIONS, *(name for name in members() if name not in SESSIONS)]
ON_PROCESSES = SESSIONS  # what the others keep is in their own process, where it is measured
CONTROL = NAIVE
MANY, LOGINS = 2100, 40  # more than twice the limit, as an hour may end meanwhile
LIMIT = 100  # what is a thousand otherwise
STEPS = 20, 60, 150, 180  # so many requests; the last ones must add nothing
WORDS_OF = {"user": "ada", "owner": "ada", "theme": "dark"}
# Each new name is a user, of whom there are as many as there are; what one of them may have is limited.
BY_USER = {
    "stateful/session_servers/shop.py",
    "stateful/session_servers/kept_name.py",
    "hybrid/many_machines/web.py",
}


async def attack(program: str) -> Outcome:
    if program in SESSIONS or program not in PROGRAMS:
        sessions = await visited(program)
        if sessions.succeeded or program not in PROGRAMS:
            return sessions
    if ELSEWHERE.get():
        return Outcome(False, "the other ways are those of one process")
    with in_turns():  # a thread for each statement is slower, and fills nothing else
        return await grown(program)


async def visited(program: str) -> Outcome:
    """By sessions."""
    face, left = FACES[program], 0
    if "cookie" in program:
        return Outcome(False, "the client keeps it")
    async with running(program) as app:
        for _ in range(20):
            looked = await app.browser().ask(face.me)
            if looked.header("set-cookie"):
                return Outcome(True, "a look begins a session")
        for _ in range(MANY):
            reply = await app.browser().ask(face.write.format(item="tea"))
            left += reply.ok and bool(reply.header("set-cookie"))
        login = await app.browser().ask(face.login.format(user="ada")) if face.login else reply
        lasting = await live(app, face) if face.login and left < MANY else 0
        if lasting == LOGINS:
            return Outcome(True, f"one account has {LOGINS} sessions after {LOGINS} logins")
    stored = f"{left} of {MANY} requests left a session"
    return Outcome(left == MANY or not (login.ok or not face.login), stored)


async def live(app: Any, face: Face) -> int:
    """How many sessions of one account are there at once."""
    browsers = [app.browser() for _ in range(LOGINS)]
    for browser in browsers:
        await browser.ask(face.login.format(user="ada"))
    return sum([(await browser.ask(face.me)).ok for browser in browsers])


def calls(program: str, app: Any) -> Iterator[str]:
    """Each route with a number for each of its parameters, and with a word for one of them."""
    for path, method in requests(app):
        names = re.findall(r"\{(\w+)", path)
        fixed = [name for name in names if len(names) > 1 or name in WORDS_OF]
        if not (path == "/login/{user}" and program in BY_USER):
            yield f"{method} {numbered(path)}"
        yield from (f"{method} {numbered(path, name)}" for name in fixed)


def numbered(path: str, fixed: str = "") -> str:
    """The path with `{n}` for each parameter but this one."""
    return filled(path, lambda name: WORDS_OF.get(fixed, "ada") if name == fixed else "{n}")


async def asked(browser: Browser, call: str, n: int, state: dict[str, Any]) -> Reply:
    """What a client from an address of its own, and with a key of its own, gets."""
    headers = [*browser.cookie(), *browser.extra, (b"idempotency-key", b'"%d"' % n), (b"if-match", b"*")]
    body = b"7" if call.startswith("PUT /seats") else b'["tea"]'
    if call.startswith("PUT"):
        headers.append((b"content-type", b"application/json"))
    client = (f"2001:db8::{n:x}", 50_000)
    reply = await ask(browser.app, call.format(n=n), headers, body, client=client, **state)
    browser.take(reply)
    return reply


async def grown(program: str) -> Outcome:
    """By each of its routes: what is kept after so many requests, and after more of them."""
    module, number, stops = program.removesuffix(".py").replace("/", "."), 0, 0
    while True:
        async with running(program) as app:
            found = [*calls(program, app.app)]
            if number == len(found):
                break
            with kept.lowered(LIMIT, vars(app.app)):
                filling = Filling(app, found[number], partial(size, module, app))
                await filling.done()
            if filling.wrong:
                return Outcome(True, f"{found[number]} {filling.wrong}")
            number, stops = number + 1, stops + filling.refused
    return Outcome(False, f"{number} ways to fill it, {stops} end in a refusal")


class Filling:
    """One call, again and again, by one browser and by as many others."""

    def __init__(self, app: Running, call: str, size: Callable[[], int]) -> None:
        self.app, self.call, self.size = app, call, size
        self.state = {"state": dict(app.state)} if app.state else {}
        self.same, self.n, self.refused, self.wrong = app.browser(), 0, False, ""

    async def done(self) -> None:
        """Ends where nothing is added any more; if it always is, that is wrong."""
        sizes = [self.size()]
        for count in STEPS:
            before = self.n
            while self.n < count and not self.wrong:
                await self.step()
            sizes.append(self.size())
            if self.wrong or sizes[-1] - sizes[-2] < (count - before) // 2:
                return
        self.wrong = f"keeps more without end: {sizes[1:]} after {[*STEPS]} requests"

    async def step(self) -> None:
        self.n += 1
        for browser in (self.same, self.app.browser()):
            reply = await asked(browser, self.call, self.n, self.state)
            self.refused = not reply.ok
            if reply.raised or reply.status == 500:
                self.wrong = f"{reply.status} at the {self.n}th: {reply.raised}"


def size(module: str, app: Running) -> int:
    own = {name: value for name, value in vars(sys.modules[module]).items() if not name.startswith("__")}
    return kept.in_memory(vars(app.app), own) + kept.in_files(app.folder)
