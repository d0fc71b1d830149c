"""The login of stateful/log-in.md, where its page does not look: other clients, other spellings, no store."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from starlette.applications import Starlette
from starlette.testclient import TestClient

from stateful.log_in.attempts import Attempts
from stateful.log_in.login import make_app
from stateful.log_in.passwords import COST, Passwords, slow_hash
from stateful.log_in.throttle import Throttle
from stateful.session_servers.sqlite import SQLite

CHEAP = "4,1,1"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def clock() -> float:
    return 0.0


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Starlette]:
    """Makes a replica: all of them share one store, one count and the users."""

    def replica(**limits: int) -> Starlette:
        users = Passwords({"ada": slow_hash("caf\u00e9", CHEAP)}, CHEAP)
        throttle = Throttle(Attempts(tmp_path / "attempts.db"), clock, **limits)
        return make_app(users, throttle, SQLite(tmp_path / "sessions.db", clock), clock)

    return replica


def browser(app: Starlette, host: str = "192.0.2.1") -> TestClient:
    return TestClient(app, base_url="https://shop.example", client=(host, 50000), follow_redirects=False)


def log_in(client: TestClient, password: str = "caf\u00e9", user: str = "ada") -> int:
    return client.post("/login", data={"user": user, "password": password}).status_code


def test_the_cost_is_one_that_owasp_names() -> None:
    assert COST == "15,8,3"
    cost, _, digits = slow_hash("x").split(":")
    assert (cost, len(digits)) == (COST, 128)


def test_two_spellings_of_one_letter_are_one_password(shop: Callable[..., Starlette]) -> None:
    assert log_in(browser(shop()), "cafe\u0301") == 303


def test_the_name_before_the_login_is_worth_nothing_after_it(shop: Callable[..., Starlette]) -> None:
    ada = browser(shop())
    assert log_in(ada) == 303
    before = dict(ada.cookies)
    assert log_in(ada) == 303
    attacker = browser(shop())
    attacker.cookies = before
    assert attacker.get("/me").status_code == 401
    assert ada.get("/me").json() == "ada"
    ada.post("/logout")
    assert ada.get("/me").status_code == 401


def test_replicas_that_are_asked_at_once_count_together(shop: Callable[..., Starlette]) -> None:
    replicas = [shop() for _ in range(4)]

    async def crowd() -> list[int]:
        calls = [asyncio.to_thread(log_in, browser(replicas[n % 4]), f"guess {n}") for n in range(40)]
        return await asyncio.gather(*calls)

    codes = asyncio.run(crowd())
    assert codes.count(401) == 10
    assert codes.count(429) == 30


def test_the_right_password_gives_back_its_own_attempt_only(shop: Callable[..., Starlette]) -> None:
    ada = browser(shop(by_account=3))
    codes = [log_in(ada, word) for word in ("a", "caf\u00e9", "b", "caf\u00e9", "c", "caf\u00e9")]
    assert codes == [401, 303, 401, 303, 401, 429]


def test_one_address_that_tries_many_accounts_locks_few_of_them(shop: Callable[..., Starlette]) -> None:
    app = shop(by_address=5)
    codes = [log_in(browser(app, "198.51.100.7"), "x", f"user-{n}") for n in range(8)]
    assert codes == [401] * 5 + [429] * 3
    assert log_in(browser(app)) == 303


@pytest.mark.parametrize(
    ("hosts", "codes"),
    [
        (["2001:db8::1", "2001:db8::2"], [401, 429]),
        (["2001:db8::1", "2001:db8:0:1::1"], [401, 401]),
        (["192.0.2.1", "192.0.2.2"], [401, 401]),
        (["nowhere", "nowhere"], [401, 429]),
    ],
    ids=["one /64", "two of them", "two of IPv4", "no address"],
)
def test_an_address_is_what_one_customer_has(
    shop: Callable[..., Starlette], hosts: list[str], codes: list[int]
) -> None:
    app = shop(by_address=1)
    assert [log_in(browser(app, host), "x", "nobody") for host in hosts] == codes


def test_without_the_counts_nobody_may_try(shop: Callable[..., Starlette], tmp_path: Path) -> None:
    app = shop()
    for file in tmp_path.glob("attempts.db*"):
        file.unlink()
    (tmp_path / "attempts.db").mkdir()
    assert log_in(browser(app)) == 503


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(body=some.binary(max_size=200) | some.text("user=&pasword%+ad\u00e9", max_size=80).map(str.encode))
def test_whatever_is_sent_is_answered(shop: Callable[..., Starlette], body: bytes) -> None:
    reply = browser(shop(by_account=10_000, by_address=10_000)).post("/login", content=body, headers=FORM)
    assert reply.status_code in {400, 401, 413}
