"""What only a browser shows: which cookies and headers it adds to another page's request, and which cookies it keeps.

Real Chromium, and the programs on real uvicorn behind real Caddy, at hosts of one site: a sibling of the shops and a
foreign site are the attacker's, and so is whatever the browser asks for by plain HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from tests.attacks.faces import LOG_IN, NAIVE, having
from tests.attacks.sites import FOREIGN, PLAIN, SIBLING, Shop, served
from tests.browser.conftest import QUIET, chromium

SHOP = "stateful/session_servers/shop.py"
CONTROLS = [NAIVE, PLAIN]
STAND = [*dict.fromkeys([*having("login"), LOG_IN])]  # the browser has to be somebody
SUBMIT = """([to, fields]) => {
    const form = document.createElement("form");
    form.method = "post"; form.action = to;
    for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement("input");
        field.name = name; field.value = value; form.append(field);
    }
    document.body.append(form); setTimeout(() => form.submit());
}"""
FETCH = "([to, fields]) => fetch(to, {method: 'POST', mode: 'no-cors', credentials: 'include'}).then(() => null)"
ASK = "([method, path]) => fetch(path, {method}).then(async reply => [reply.status, await reply.text()])"
Form = tuple[str, dict[str, str]]


class Victim:
    """Somebody's browser: a tab for the shop's own page, and one for others."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.page, self.other = context, context.new_page(), context.new_page()
        self.shop = Shop("", "")

    def begins(self, shop: Shop) -> None:
        """Go to this shop, with no cookies."""
        self.shop = shop
        self.context.clear_cookies()

    def submits(self, form: Form, at: str = "") -> int:
        """The status of what a page's form is answered; without `at` it is the shop's own page."""
        page, start = (self.other, at) if at else (self.page, self.shop.own)
        page.goto(start)
        with page.expect_response(form[0]) as answer:
            page.evaluate(SUBMIT, form)
        status = int(answer.value.status)
        if status != 204:  # at which a browser stays where it is
            page.wait_for_url(lambda url: url != start)
        return status

    def visits(self, address: str, form: Form | None = None) -> None:
        """Open a page, whose script may send something without looking at the answer."""
        self.other.goto(address)
        if form:
            self.other.evaluate(FETCH, form)

    def asks(self, call: str, item: str = "", user: str = "ada") -> tuple[int, str]:
        """What the shop answers to a script of its own page."""
        address = urlsplit(self.shop.form(call, user, item)[0]).path
        self.page.goto(self.shop.own)
        status, text = self.page.evaluate(ASK, [call.partition(" ")[0], address])
        return status, text

    def who(self, user: str = "ada") -> str:
        """Whom the shop takes the victim for; nothing, where for nobody."""
        status, text = self.asks(self.shop.face.me, user=user)
        return text.lower().strip('"') if status == 200 else ""

    def logs_in(self) -> None:
        assert self.submits(self.shop.login("ada")) < 400, "the shop's own form is refused"
        assert self.who(), "nobody is logged in"


def acted(victim: Victim, sender: str, send: Callable[[Form], object]) -> bool:
    """Whether another page's form has done something for Ada; `send` sends it."""
    shop = victim.shop
    victim.logs_in()
    if shop.face.write:
        assert victim.submits(shop.form(shop.face.write, "ada", "jam")) < 400, "the shop's own form is refused"
        send(shop.form(shop.face.write, "ada", "stolen"))
        return "stolen" in victim.asks(shop.face.write, "tea")[1]
    before = victim.who()
    send(shop.form(shop.face.logout, "ada") if shop.face.logout else shop.login("grace"))
    return victim.who() != before


def by_form(victim: Victim, sender: str) -> bool:
    return acted(victim, sender, partial(victim.submits, at=f"https://{sender}/"))


def by_fetch(victim: Victim, sender: str) -> bool:
    return acted(victim, sender, lambda form: victim.visits(f"https://{sender}/", form))


def logged_in(victim: Victim, sender: str) -> bool:
    """Whether another page's form logs a browser in as the attacker."""
    victim.submits(victim.shop.login("grace"), at=f"https://{sender}/")
    return bool(victim.who("grace"))


def replaced(victim: Victim, sender: str) -> bool:
    """Whether it does so where Ada is logged in; or throws her out."""
    victim.logs_in()
    before = victim.context.cookies(victim.shop.own)
    victim.submits(victim.shop.login("grace"), at=f"https://{sender}/")
    return victim.context.cookies(victim.shop.own) != before


def tossed(name: bytes, value: bytes) -> list[bytes]:
    """Cookies by which another host would have this name and value sent to the shop."""
    pair, up = name + b"=" + value, b"; Domain=shop.test; Path=/"
    spelled = [pair, name.upper() + b"=" + value, b"=" + pair, b"\xa0" + pair, b"\xc2\xa0" + pair]
    spelled += [name + b"\t=" + value, name + b"\xa0=" + value, b"\xe3\x80\x80" + pair]
    lines = [each + more for each in spelled for more in (up, up + b"; Secure")]
    return [*lines, pair + b"; Path=/", pair + b"; Path=/; Secure", pair + b"; Domain=shop.test; Path=/me; Secure"]


def set_by(victim: Victim, origin: str) -> bool:
    """Whether cookies that this origin sets make the shop take the victim for the attacker."""
    assert victim.submits(victim.shop.login("grace")) < 400
    held = victim.context.cookies(victim.shop.own)
    victim.begins(victim.shop)
    name, value = held[0]["name"].encode(), held[0]["value"].encode()
    victim.visits(f"{origin}/?{'&'.join(map(quote_from_bytes, tossed(name, value)))}")
    if name.startswith(b"__Host-"):
        names = {cookie["name"] for cookie in victim.context.cookies() if cookie["domain"] == victim.shop.host}
        assert name.decode() not in names, "Chromium has kept it"
    if victim.who("grace"):
        return True
    victim.logs_in()  # which the cookies do not hinder
    return False


Attack = Callable[[Victim, str], bool]
# What is tried, by which page, and whether each of the controls falls to it.
ATTACKS: dict[str, tuple[Attack, str, bool]] = {
    "form of a sibling": (by_form, SIBLING, True),
    "fetch of a sibling": (by_fetch, SIBLING, True),
    "form of another site": (by_form, FOREIGN, True),
    "fetch of another site": (by_fetch, FOREIGN, False),
    "login by a sibling": (logged_in, SIBLING, True),
    "login by another site": (logged_in, FOREIGN, True),
    "login by another site, where Ada is": (replaced, FOREIGN, True),
    "cookies of a sibling": (set_by, f"https://{SIBLING}", True),
    "cookies by plain HTTP": (set_by, "http://{host}", True),
}

FEW = ("form of a sibling", "login by another site", "cookies of a sibling")


def tried_on(program: str) -> tuple[str, ...]:
    """All of them on the programs to copy and on the controls; one of each sort on those with the same middleware."""
    return tuple(ATTACKS) if program in {SHOP, LOG_IN, *CONTROLS} else FEW


@pytest.fixture(scope="module")
def tries() -> Iterator[Callable[[str], dict[str, bool]]]:
    """Tries the attacks on a program, and says which succeed.

    Chromium is started once, on a thread of its own, as Playwright's event loop needs.
    """
    with served([*STAND, *CONTROLS]) as (caddy, shops), ThreadPoolExecutor(1, "chromium") as thread:
        ports = {scheme: url.rpartition(":")[2] for scheme, url in (("80", caddy.url), ("443", caddy.secure))}
        rules = [f"MAP *.test:{port} 127.0.0.1:{real}" for port, real in ports.items()]
        args = [*QUIET, f"--host-resolver-rules={','.join(rules)}"]

        def start() -> tuple[Playwright, Victim]:
            playwright = sync_playwright().start()
            try:
                browser = playwright.chromium.launch(executable_path=chromium(playwright), args=args)
                return playwright, Victim(browser.new_context(ignore_https_errors=True))
            except BaseException:
                playwright.stop()
                raise

        playwright, victim = thread.submit(start).result()
        by_program = {shop.program: shop for shop in shops}

        def all_of_them(program: str) -> dict[str, bool]:
            results = {}
            for name in tried_on(program):
                attack, sender, _ = ATTACKS[name]
                victim.begins(by_program[program])
                results[name] = attack(victim, sender.format(host=victim.shop.host))
            return results

        try:
            yield lambda program: thread.submit(all_of_them, program).result()
        finally:
            thread.submit(victim.context.browser.close).result()  # type: ignore[union-attr]
            thread.submit(playwright.stop).result()


@pytest.mark.parametrize("program", STAND)
def test_no_other_page_acts_for_the_user_or_says_who_that_is(
    program: str, tries: Callable[[str], dict[str, bool]]
) -> None:
    assert tries(program) == dict.fromkeys(tried_on(program), False)


@pytest.mark.parametrize("program", CONTROLS)
def test_and_the_controls_fall(program: str, tries: Callable[[str], dict[str, bool]]) -> None:
    assert tries(program) == {name: falls for name, (_, _, falls) in ATTACKS.items()}
