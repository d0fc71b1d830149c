"""A request that another site's page makes a browser send, with the cookies that the browser has."""

from __future__ import annotations

from tests.attacks.faces import FACES, FORM, LOG_IN, NAIVE, RIGHT, Outcome, having
from tests.attacks.wire import Pairs, running

WORDS = (
    "A page of a sibling origin, or of another site, submits a form: to act as who is logged in, or to "
    "log the browser in as the attacker."
)
VISITED = [name for name in having("write") if name not in having("login")]  # carts of visitors
PROGRAMS = [*having("login"), LOG_IN, *VISITED]
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


async def by_form() -> Outcome:
    """The login that asks for a password, which the attacker has: her own."""
    through = []
    async with running(LOG_IN) as app:
        ada = app.browser()
        await ada.ask("POST /login", FORM, RIGHT)
        for name, headers in SENDERS:
            more = [*headers, *(FORM if not any(key == b"content-type" for key, _ in headers) else [])]
            browser = app.browser()
            login = await browser.ask("POST /login", more, RIGHT)
            if login.status < 400 or (await browser.ask("GET /me")).ok:
                through.append(f"login from {name}")
            assert (await ada.ask("GET /me")).ok, "no login at all"
            if (await ada.start("POST /logout", headers)).status < 400:
                return Outcome(True, f"logout from {name}")
    return Outcome(bool(through), ", ".join(through[:1]) or f"{len(SENDERS)} senders refused")


async def attack(program: str) -> Outcome:
    if program == LOG_IN:
        return await by_form()
    face, through = FACES[program], []
    async with running(program) as app:
        for name, headers in SENDERS:
            fresh = app.browser()
            if face.login:
                login = await fresh.start(face.login.format(user="grace"), headers)
                if login.ok:
                    through.append(f"login from {name}")
            own = await fresh.ask((face.login or face.write).format(user="ada", item="jam"))
            assert own.ok, "not even its own page"
            for call in filter(None, (face.write, face.logout, face.more)):
                if (await fresh.start(call.format(item="tea", user="ada"), headers)).ok:
                    through.append(f"{call.split()[1].split('/')[1]} from {name}")
    first = ", ".join(through[:1])
    return Outcome(
        bool(through), f"{len(through)} get through, {first}" if through else f"{len(SENDERS)} senders refused"
    )
