"""A request that another site's page makes a browser send, with the cookies that the browser has."""

from __future__ import annotations

from tests.attacks.faces import FACES, NAIVE, Outcome, having
from tests.attacks.wire import Pairs, running

WORDS = (
    "A page of a sibling origin, or of another site, submits a form: to act as who is logged in, or to "
    "log the browser in as the attacker."
)
PROGRAMS = having("login")
CONTROL = NAIVE
SENDERS: list[tuple[str, Pairs]] = [
    ("sibling", [(b"origin", b"https://evil.shop.example"), (b"sec-fetch-site", b"same-site")]),
    ("sibling, old browser", [(b"origin", b"https://evil.shop.example"), (b"sec-fetch-site", b"")]),
    ("other site", [(b"origin", b"https://evil.example"), (b"sec-fetch-site", b"cross-site")]),
    ("other site, no origin", [(b"origin", b"null"), (b"sec-fetch-site", b"cross-site")]),
    ("a name that ends alike", [(b"origin", b"https://notshop.example"), (b"sec-fetch-site", b"cross-site")]),
    ("a name that begins alike", [(b"origin", b"https://shop.example.evil.example"), (b"sec-fetch-site", b"")]),
    ("plain http", [(b"origin", b"http://shop.example"), (b"sec-fetch-site", b"cross-site")]),
    ("another port", [(b"origin", b"https://shop.example:8443"), (b"sec-fetch-site", b"same-site")]),
    ("form as text", [(b"origin", b"null"), (b"sec-fetch-site", b""), (b"content-type", b"text/plain")]),
]


async def attack(program: str) -> Outcome:
    face, through = FACES[program], []
    async with running(program) as app:
        for name, headers in SENDERS:
            fresh = app.browser()
            login = await fresh.start(face.login.format(user="grace"), headers)
            if login.ok:
                through.append(f"login from {name}")
            await fresh.ask(face.login.format(user="ada"))
            for call in filter(None, (face.write, face.logout)):
                if (await fresh.start(call.format(item="tea", user="ada"), headers)).ok:
                    through.append(f"{call.split()[1].split('/')[1]} from {name}")
    first = ", ".join(through[:1])
    return Outcome(
        bool(through), f"{len(through)} get through, {first}" if through else f"{len(SENDERS)} senders refused"
    )
