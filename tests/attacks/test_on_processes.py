"""The attacks again, on real uvicorn behind real Caddy; and the races, which only processes have.

`RUNS=20` repeats the race for a login that often, as the weekly run does.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from hybrid.cluster import balancer
from testbed import Sticky
from tests.attacks import wire
from tests.attacks.behind import Stage
from tests.attacks.board import BREAKS, kind, pairs, tried
from tests.attacks.faces import FACES, LOG_IN, NAIVE
from tests.attacks.kinds import store_down
from tests.attacks.stopped import Stopped, made_in_valkey
from tests.attacks.wire import ELSEWHERE, Browser, made, running

# The kinds to which a server and a proxy could make a difference. Not here: `lost_login` and `sticky_cookie`, which
# have tests of their own below; `fixation`, `carry_over`, `big_sessions` and `no_password`: all ordinary requests.
KINDS = (
    "cross_site", "store_down", "invited_repeat", "filled_store", "locked_database", "if_match", "unreadable_bodies",
    "idempotency_keys", "open_sockets", "cookie_spelling", "failed_save", "late_write",
)  # fmt: skip
SHOP = "stateful/session_servers/shop.py"
RUNS = int(os.environ.get("RUNS", "1"))
LOGINS, CONTROLS = 200, 50
WRITE = "POST /cart/jam"
Stages = Callable[[int], Stage]


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """Gives a stage of so many replicas, started when it is first asked for."""
    started: dict[int, Stage] = {}
    with ExitStack() as life:

        def stage(replicas: int) -> Stage:
            if replicas not in started:
                started[replicas] = Stage(replicas)
                life.enter_context(started[replicas].cluster)
            return started[replicas]

        yield stage


@pytest.fixture(autouse=True)
def back() -> Iterator[None]:
    """The tests after these run their programs in this process again."""
    yield
    ELSEWHERE.set(None)


def there() -> list[tuple[str, str]]:
    """The attacks of these kinds on every program that should stand, and on the controls."""
    return [(name, program) for name, program in pairs() if name in KINDS and can_differ(name, program)]


def can_differ(name: str, program: str) -> bool:
    """Whether a kind has something to try on this program once it runs in other processes."""
    tried = getattr(kind(name), "ON_PROCESSES", [program])
    return program == kind(name).CONTROL or program in tried


@pytest.mark.parametrize(("name", "program"), there(), ids=[" ".join(pair) for pair in there()])
def test_an_attack_goes_as_it_went_in_one_process(name: str, program: str, stages: Stages) -> None:
    shared = (program in FACES and FACES[program].sqlite) or program == LOG_IN
    ELSEWHERE.set(stages(2 if shared else 1).show)  # two, where what they keep is in a file
    outcome = tried(name, program).outcome
    falls = program == kind(name).CONTROL or (name, program) in BREAKS
    assert outcome.succeeded == falls, outcome.seen


@pytest.mark.parametrize("program", [SHOP, "hybrid/index/shop.py", NAIVE])
def test_who_needs_no_session_notices_nothing_of_a_valkey_that_is_killed(program: str, stages: Stages) -> None:
    with Stopped() as store:
        ELSEWHERE.set(lambda name, _: stages(2).show(name, made_in_valkey(name, store.url)))
        outcome = asyncio.run(store_down.attack(program, store))
    assert outcome.succeeded == (program == NAIVE), outcome.seen


async def known_user(store: Stopped) -> list[tuple[int, bool]]:
    """What a user is answered before, while and after the store is away, and whether a repeat is invited."""
    answers = []
    async with running(SHOP) as app:
        browser = app.browser()
        await browser.ask("POST /login/ada")
        for change in (None, store.always, store.never):
            if change:
                change()
            for call in ("GET /me", "POST /cart/tea"):
                reply = await browser.ask(call)
                answers.append((reply.status, bool(reply.header("retry-after"))))
    return answers


def test_who_needs_one_is_told_and_is_invited_only_to_what_is_safe_to_repeat(stages: Stages) -> None:
    with Stopped() as store:
        ELSEWHERE.set(lambda name, _: stages(2).show(name, made_in_valkey(name, store.url)))
        before, during, after = batched(asyncio.run(known_user(store)))
    assert before == [(200, False), (201, False)]
    assert during == [(503, True), (503, False)]
    assert after == [(401, False), (409, False)]  # it kept nothing on a disk: the session is gone


def batched(answers: list[tuple[int, bool]]) -> list[list[tuple[int, bool]]]:
    return [answers[i : i + 2] for i in range(0, len(answers), 2)]


async def race(program: str, logins: int) -> int:
    """How many of the logins are lost to writes of the same browser, which are under way or come late."""
    lost = 0
    async with running(program) as app:
        for n in range(logins):
            browser = app.browser()
            await browser.ask("POST /cart/tea")
            replies = await asyncio.gather(*(browser.start(call) for call in (WRITE, f"POST /login/u{n}", WRITE)))
            login = replies.pop(1)
            replies.append(await browser.start(WRITE))  # it was sent before the login's answer had come
            if program == SHOP:
                assert login.status == 204
                assert {reply.status for reply in replies} <= {201, 409}  # done, or told that it is not
            for reply in (login, *replies):
                browser.take(reply)
            lost += (await browser.ask("GET /me")).text != f'"u{n}"'
    return lost


@pytest.mark.parametrize("run", range(RUNS))
def test_no_login_is_lost_to_a_request_under_way(run: int, stages: Stages) -> None:
    ELSEWHERE.set(stages(2).show)
    lost = asyncio.run(race(SHOP, LOGINS))
    print(f"{lost} of {LOGINS} logins lost")
    assert not lost


def test_and_the_control_loses_them(stages: Stages) -> None:
    ELSEWHERE.set(stages(2).show)
    lost = asyncio.run(race(NAIVE, CONTROLS))
    print(f"{lost} of {CONTROLS} logins lost")
    assert lost


async def rush(program: str, requests: int) -> Counter[int]:
    """How that many logins end, sixteen at a time."""
    codes = Counter[int]()
    async with running(program) as app:
        numbers = iter(range(requests))

        async def client() -> None:
            for n in numbers:
                codes[(await app.browser().ask(f"POST /login/u{n}")).status] += 1

        await asyncio.gather(*(client() for _ in range(16)))
    return codes


@pytest.mark.parametrize(("program", "requests"), [(SHOP, 1500), (NAIVE, 300)])
def test_no_request_fails_where_four_processes_share_a_file(
    program: str, requests: int, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MEMORY", None)  # a real disk: whoever waits for it holds the lock
    ELSEWHERE.set(stages(4).show)
    codes = asyncio.run(rush(program, requests))
    print(f"{program}: {dict(codes)}")
    assert (codes == {204: requests}) == (program != NAIVE), codes


async def choosing(app: ASGIApp, addresses: list[str]) -> list[str]:
    """The cookies of the client's own making that send all of its requests to one replica."""
    known = Browser(app)
    await known.ask("GET /me")
    own = known.jar["replica"]
    guesses = ["2", "replica-2", addresses[2], own[:-1] + ("0" if own[-1] == "1" else "1")]
    guesses += [hmac.digest(b"", address.encode(), "sha256").hex() for address in addresses]  # as without a secret
    chosen = []
    for guess in {*guesses} - {own}:
        answered = set()
        for _ in range(8):
            client = Browser(app)
            client.jar = {"replica": guess}
            answered.add((await client.start("GET /me")).header("x-served-by"))
        assert None not in answered
        if len(answered) == 1:
            chosen.append(guess)
    return chosen


@pytest.mark.parametrize("secret", [True, False])
def test_caddys_sticky_cookie_is_not_to_be_written_by_a_client(
    secret: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not secret:  # the control
        policy = balancer.POLICIES["Sticky"].replace(" {secret}", "")
        monkeypatch.setitem(balancer.POLICIES, "Sticky", policy)
    stage = Stage(4, Sticky())
    with stage.cluster as cluster:
        app = stage.show(SHOP, made(SHOP, tmp_path))
        chosen = asyncio.run(choosing(app, cluster.addresses))
    assert bool(chosen) != secret, chosen
