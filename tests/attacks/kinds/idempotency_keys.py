"""A key of somebody else, of another request, or no key at all."""

from __future__ import annotations

from typing import Any

from stateless.web_servers.bearer import digest
from tests.attacks.faces import Outcome
from tests.attacks.wire import running

WORDS = "A client sends the key that another client used, its own key with another amount, or an empty one."
PROGRAMS = [
    "stateless/idempotent/payments.py",
    "stateless/idempotent/committed.py",
    "stateless/idempotent/look_then_charge.py",
]
CONTROL = "naive/writes.py"


async def attack(program: str) -> Outcome:
    def known(app: Any) -> None:
        app.state.owners[digest("grace")] = "Grace"

    async with running(program, known) as app:
        ada, grace = app.browser(), app.browser()
        ada.extra = ada.extra or [(b"authorization", b"Bearer ada")]
        grace.extra = [(b"authorization", b"Bearer grace")]
        for key in (b'"k"', b'"order 1"', b'"' + b"k" * 60 + b'"'):
            first = await ada.ask("POST /charges/250", [(b"idempotency-key", key)])
            again = await ada.ask("POST /charges/999", [(b"idempotency-key", key)])
            other = await grace.ask("POST /charges/100", [(b"idempotency-key", key)])
            if again.ok:
                return Outcome(True, f"999 under the same key: {again.status} {again.text}")
            if not first.ok or not other.ok or "100" not in other.text:
                return Outcome(True, f"Grace's charge under Ada's key: {other.status} {other.text}")
        for key in (b"", b'""', b" ", b"''"):
            if (reply := await ada.ask("POST /charges/1", [(b"idempotency-key", key)])).ok:
                return Outcome(True, f"the key {key.decode()!r} is one: {reply.text}")
        two = [(b"idempotency-key", b'"a"'), (b"idempotency-key", b'"b"')]
        if (reply := await ada.ask("POST /charges/1", two)).ok:
            return Outcome(True, "two keys in one request are taken")
    return Outcome(False, "keys belong to one client and one request")
