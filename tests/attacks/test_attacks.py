"""Every attack fails on every program of its kind, and succeeds on the one that is wrong on purpose."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.attacks.board import BOUNDED, BREAKS, KINDS, kind, pairs, tried
from tests.attacks.faces import FACES, NAIVE
from tests.attacks.kinds import copied_cookie, filled_store
from tests.attacks.wire import running
from tools.programs import SNIPPETS, programs
from tools.site import ROOT


@pytest.mark.parametrize(("name", "program"), pairs(), ids=[" ".join(pair) for pair in pairs()])
def test_an_attack_fails_and_on_its_control_succeeds(name: str, program: str) -> None:
    outcome = tried(name, program).outcome
    if program == kind(name).CONTROL or (name, program) in BREAKS | BOUNDED:
        assert outcome.succeeded, f"the control stands: {outcome.seen}"
    else:
        assert not outcome.succeeded, outcome.seen


def test_each_kind_is_a_file_and_says_what_it_does() -> None:
    files = {path.stem for path in (Path(__file__).parent / "kinds").glob("*.py")}
    assert files == set(KINDS)
    assert len(KINDS) == 20
    for name in KINDS:
        assert kind(name).WORDS
        assert kind(name).CONTROL.startswith("naive/")


def test_a_copy_that_no_logout_ends_is_good_for_an_hour_and_its_program_says_so() -> None:
    lives = {life.program: life for life in copied_cookie.lives()}
    for program in copied_cookie.SIGNED:
        assert copied_cookie.says_so(program)
        assert not lives[program].hour
    for program in set(lives) - {*copied_cookie.SIGNED}:
        assert lives[program].logged_out is False
        assert not copied_cookie.says_so(program)
    assert {("copied_cookie", name) for name in copied_cookie.SIGNED if lives[name].logged_out} == set(BOUNDED)


def test_one_account_fills_the_control_too() -> None:
    """Which falls to visitors without a name already, so that the attack does not come so far."""

    async def lasting() -> int:
        async with running(NAIVE) as app:
            return await filled_store.live(app, FACES[NAIVE])

    assert asyncio.run(lasting()) == filled_store.LOGINS


# How the programs of a kind are told by their text, so that a new one is not forgotten.
SIGNS = {
    "cross_site": r'"/(log-?in|session)\b|SameOrigin',
    "if_match": r"if-match",
    "idempotency_keys": r"key_of\(|idempotency-key",
    "no_password": r'"/login',
    "cookie_spelling": r'"/login|presented\(|HostSession|set_cookie|keeping\(',
    "shared_cache": r"presented\(|HostSession|request\.(session|cookies)|opened\(request",
    "late_write": r'"/logout',
    "copied_cookie": r'"/logout',
    "unreadable_bodies": r"request\.(body|json)\(|number\(request",
}
BY_FORM = "a login by form: its cookie is the session shop's, which is attacked"
BY_SHOP = "its sessions and its logout are the session shop's, which is attacked"
KEPT_NAME = "stateful/session_servers/kept_name.py"
FIXED = "wrong on purpose in one thing, fixation, which is tried on it"
ELSEWHERE = {
    ("cross_site", KEPT_NAME): FIXED,
    ("no_password", KEPT_NAME): FIXED,
    ("cookie_spelling", KEPT_NAME): FIXED,
    ("cookie_spelling", "stateful/log_in/login.py"): BY_FORM,
    ("cookie_spelling", "reference/starlette_state/app.py"): "its cookie is one word, the same for everybody",
    (
        "shared_cache",
        "choosing/consistency/read_your_writes.py",
    ): "a replica shows everybody the same, so it says no-store",
    ("shared_cache", "choosing/index/replayable.py"): "it has no page",
    ("shared_cache", KEPT_NAME): FIXED,
    ("late_write", "stateful/log_in/login.py"): BY_SHOP,
    ("copied_cookie", "stateful/log_in/login.py"): BY_SHOP,
    ("unreadable_bodies", "stateful/log_in/login.py"): "the odd input puts all of its bodies to every program",
}


@pytest.mark.parametrize("name", SIGNS)
def test_no_program_of_a_kind_is_forgotten(name: str) -> None:
    found = {
        path.relative_to(SNIPPETS).as_posix() for path in programs() if re.search(SIGNS[name], path.read_text("utf-8"))
    }
    missing = found - set(kind(name).PROGRAMS) - {program for of, program in ELSEWHERE if of == name}
    assert not missing, f"add to tests/attacks/kinds/{name}.py, or to {ROOT.name}: {sorted(missing)}"
