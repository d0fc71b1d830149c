"""A save that fails while a session is given its new name."""

from __future__ import annotations

from tests.attacks.faces import FACES, NAIVE, Outcome, faulty, having
from tests.attacks.wire import running

WORDS = "The store fails at each step of a login in turn. Whoever is refused must still have what was there before."
PROGRAMS = having("sqlite", "write", "login")
CONTROL = NAIVE


async def attack(program: str) -> Outcome:
    face, refused = FACES[program], 0
    with faulty() as faults:
        async with running(program) as app:
            for number in range(1, 13):
                browser = app.browser()
                await browser.ask(face.write.format(item="tea"))
                faults.after(number)
                reply = await browser.ask(face.login.format(user="ada"))
                faults.never()
                refused += reply.status >= 500
                cart = await browser.ask(face.write.format(item="jam"))
                if "tea" not in cart.text:
                    return Outcome(
                        True, f"statement {number} fails: {reply.status}, and the cart is {cart.text or 'gone'}"
                    )
    return Outcome(False, f"{refused} logins refused, no cart lost")
