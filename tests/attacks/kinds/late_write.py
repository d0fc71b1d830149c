"""A request that began before the logout and ends after it, and must not bring the session back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import Any

from tests.attacks.faces import FACES, LONG, Gate, Outcome, having, watched
from tests.attacks.wire import ELSEWHERE, Browser, Reply, running

WORDS = "A slow request has read the session. The user logs out, and only then does it write what it has read."
PROGRAMS = having("login", "logout")
ON_PROCESSES = having("login", "logout", "sqlite")  # the others have no statement to stand still before
CONTROL = "naive/written_back.py"
STEPS = 40


class Slow:
    """A request that stands still before one of its steps, until it is let go."""

    def __init__(self, asked: Coroutine[Any, Any, Reply], step: int) -> None:
        self.asked, self.step = asked, step
        self.stands, self.let_go = asyncio.Event(), asyncio.Event()

    def __await__(self) -> Generator[Any, Any, Reply]:
        steps = self.asked.__await__()
        for number in range(10_000):
            if number == self.step:
                self.stands.set()
                yield from self.let_go.wait().__await__()
            try:
                yield next(steps)
            except StopIteration as last:
                reply: Reply = last.value
                return reply
        raise AssertionError("it does not end")


async def answered(slow: Slow) -> Reply:
    return await slow


Late = tuple[Reply, Reply, bool]  # the late answer, the logout's, and whether the request stood still


async def meanwhile(browser: Browser, call: str, step: int, then: str) -> Late:
    """The answers to `call`, and to what is asked while it stands still before that step."""
    slow = Slow(browser.start(call), step)
    late, stands = asyncio.create_task(answered(slow)), asyncio.create_task(slow.stands.wait())
    await asyncio.wait({late, stands}, return_when=asyncio.FIRST_COMPLETED)
    stood = not late.done()
    reply = await browser.start(then)
    slow.let_go.set()
    stands.cancel()
    return await late, reply, stood


async def at_a_statement(gate: Gate, browser: Browser, call: str, step: int, then: str) -> Late:
    """The same where the program is in other processes: it stands still before that statement."""
    gate.shut(step + 1)
    late = asyncio.create_task(browser.start(call))
    stands = asyncio.create_task(asyncio.to_thread(gate.stands.wait, LONG))
    await asyncio.wait({late, stands}, return_when=asyncio.FIRST_COMPLETED)
    stood = not late.done()
    gate.open()  # for whoever comes after it
    reply = await browser.start(then)
    gate.let_go.set()
    gate.stands.set()
    await stands
    return await late, reply, stood


async def lets_in(app: Any, jar: dict[str, str], me: str) -> bool:
    anybody = app.browser()
    anybody.jar = {**jar}
    reply: Reply = await anybody.start(me)
    return reply.ok


async def attack(program: str) -> Outcome:
    if not ELSEWHERE.get():
        return await too_late(program, meanwhile)
    gate = Gate()
    with watched(gate.met):
        return await too_late(program, partial(at_a_statement, gate))


async def too_late(program: str, meanwhile: Callable[..., Awaitable[Late]]) -> Outcome:
    face, tried = FACES[program], 0
    async with running(program) as app:
        copy = await logged_in(app, program)
        await copy.start(face.logout)
        ends = not await lets_in(app, copy.jar, face.me)  # if not, that is `copied_cookie`
        for call in filter(None, (face.write.format(item="tea"), face.me)):
            for step in range(STEPS):
                browser = await logged_in(app, program)
                before = {**browser.jar}
                late, logout, stood = await meanwhile(browser, call, step, face.logout)
                assert logout.ok, f"no logout: {logout.status}"
                for reply in (logout, late):  # in the order in which the browser hears them
                    browser.take(reply)
                tried += stood
                if await lets_in(app, browser.jar, face.me):
                    return Outcome(True, f"{call} stops at step {step}: its answer logs the browser in")
                if ends and await lets_in(app, before, face.me):
                    return Outcome(True, f"{call} stops at step {step}, and the old cookie is good again")
                if not stood:
                    break
    assert tried, "no request ever stood still"
    return Outcome(False, f"{tried} times it comes too late")


async def logged_in(app: Any, program: str) -> Browser:
    browser: Browser = app.browser()
    login = await browser.ask(FACES[program].login.format(user="ada"))
    assert login.ok, f"no login: {login.status}"
    return browser
