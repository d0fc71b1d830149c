"""A body that is accepted, and cannot be given back; or that is too large to be read at all."""

from __future__ import annotations

from tests.attacks.faces import Outcome
from tests.attacks.fuzz.inputs import DIGITS, HUGE, JSONS
from tests.attacks.fuzz.rules import fault
from tests.attacks.wire import ask, running

WORDS = (
    "A client sends texts that are no characters, NaN, brackets a hundred thousand deep, 20 MB, a number "
    "of 5,000 digits; then it reads."
)
BODIES = {
    "choosing/consistency/blind_write.py": ("PUT /seats", "GET /seats"),
    "choosing/consistency/conditional.py": ("PUT /seats", "GET /seats"),
    "stateless/rest_apis/carts.py": ("PUT /carts/ada", "GET /carts/ada"),
    "stateless/rest_apis/next_page.py": ("PUT /carts/ada", "GET /carts/ada/next"),
    "naive/writes.py": ("PUT /seats", "GET /seats"),
}
PATHS = {
    "start/what_state_is/charge.py": ["POST /charges/{n}"],
    "start/what_state_is/memo.py": ["GET /squares/{n}", "PUT /prices/tea/{n}", "GET /prices/tea"],
    "start/what_state_is/total.py": ["GET /total/1/{n}"],
    "stateful/non_idempotent/account.py": ["POST /visits/{n}", "POST /best/{n}", "GET /"],
    "stateless/no_stored_data/kept.py": ["PUT /prices/tea/{n}", "GET /prices/tea"],
    "stateful/non_idempotent/account_table.py": ["POST /visits/{n}", "POST /best/{n}", "GET /"],
    "stateless/no_stored_data/price_table.py": ["PUT /prices/tea/{n}", "GET /prices/tea"],
    "stateless/idempotent/look_then_charge.py": ["POST /charges/{n}"],
    "stateless/idempotent/payments.py": ["POST /charges/{n}"],
    "stateless/idempotent/committed.py": ["POST /charges/{n}"],
}
PROGRAMS = [*BODIES, *PATHS]
PROGRAMS.remove("naive/writes.py")
NUMBERS = [DIGITS, "9" * 4300, "9" * 2500, "0" * 5000, "-1", "1e9", "NaN", "7"]
CONTROL = "naive/writes.py"


async def attack(program: str) -> Outcome:
    sent = 0
    bodies: list[bytes | list[bytes]] = [*JSONS, *HUGE] if program in BODIES else []
    async with running(program) as app:
        for body in bodies:
            write, read = BODIES[program]
            headers = [*app.token(), (b"if-match", b"*"), (b"origin", b"https://shop.example")]
            asked: list[tuple[str, bytes | list[bytes]]] = [(write, body), (read, b"")]
            for call, what in asked:
                reply = await ask(app.app, call, headers, what)
                sent += 1
                if wrong := fault(call, reply):
                    return Outcome(
                        True, f"{call} {b''.join(body)[:20] if isinstance(body, list) else body[:20]!r}: {wrong}"
                    )
                if reply.ok and isinstance(what, list) and sum(map(len, what)) > 10**7:
                    return Outcome(True, f"{call} takes {sum(map(len, what)) // 10**6} MB")
        for number in NUMBERS:
            for call in PATHS.get(program, []):
                headers = [*app.token(), (b"idempotency-key", b'"%d"' % sent)]
                reply = await ask(app.app, call.format(n=number), headers)
                sent += 1
                if wrong := fault(call, reply):
                    return Outcome(True, f"{call} with {len(number)} digits: {wrong[:60]}")
    return Outcome(False, f"{sent} requests, no body kept that cannot be given back")
