"""Conditions that are spelled as nobody expects, and must not let a write through."""

from __future__ import annotations

from tests.attacks.faces import Outcome
from tests.attacks.wire import running

WORDS = (
    "A client writes with an If-Match that names another version, in every spelling that a careless "
    "reader takes for the present one."
)
PROGRAMS = ["choosing/consistency/conditional.py"]
CONTROL = "naive/writes.py"
REFUSED = [
    [b'"a,*,b"'], [b'"999", *'], [b"*, *"], [b'"999"', b"*"], [b'W/"1"'], [b'w/"1"'], [b"1"], [b"'1'"], [b'"1'], [b'1"'],  # noqa: E501
    [b'"999,"1""'], [b'"999", W/"1"'], [b'"x\\", "1'], [b""], [b","], [b'"1" "2"'], [b'"999" *'], [b"**"], [b'"*"'], [b'\xa0"1"'],  # noqa: E501
    [b'"1"\xa0'], [b'"1";q=1'], [b'W/ "1"'], [b'"999"\x0b, *'], [b'"01"'], [b'"1 "'], [b'" 1"'], [b'"999",*,"998"'],
    [b'"a,', b'*,b"'], [b'"a, "1", b"'], [b'"a,"1",b"'],
]  # fmt: skip


async def attack(program: str) -> Outcome:
    async with running(program) as app:
        browser = app.browser()
        for lines in REFUSED:
            before = await browser.ask("GET /seats")
            tag = (before.header("etag") or "").encode()
            spelled = [line.replace(b'"1"', tag) for line in lines]
            reply = await browser.ask("PUT /seats", [(b"if-match", line) for line in spelled], b"5")
            after = await browser.ask("GET /seats")
            if reply.ok or after.body != before.body or reply.status >= 500:
                return Outcome(True, f"{b' + '.join(lines).decode('latin-1')!a} is let through")
    return Outcome(False, f"{len(REFUSED)} spellings refused")
