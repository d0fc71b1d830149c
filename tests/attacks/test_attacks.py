"""Every attack fails on every program of its kind, and succeeds on the one that is wrong on purpose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.attacks.board import BREAKS, KINDS, kind, pairs, tried
from tools.fences import ROOT
from tools.programs import SNIPPETS, programs


@pytest.mark.parametrize(("name", "program"), pairs(), ids=[" ".join(pair) for pair in pairs()])
def test_an_attack_fails_and_on_its_control_succeeds(name: str, program: str) -> None:
    outcome = tried(name, program).outcome
    if program == kind(name).CONTROL or (name, program) in BREAKS:
        assert outcome.succeeded, f"the control stands: {outcome.seen}"
    else:
        assert not outcome.succeeded, outcome.seen


def test_each_kind_is_a_file_and_says_what_it_does() -> None:
    files = {path.stem for path in (Path(__file__).parent / "kinds").glob("*.py")}
    assert files == set(KINDS)
    assert len(KINDS) == 17
    for name in KINDS:
        assert kind(name).WORDS
        assert kind(name).CONTROL.startswith("naive/")


# How the programs of a kind are told by their text, so that a new one is not forgotten.
SIGNS = {
    "cross_site": r'"/(log-?in|session)\b',
    "if_match": r"if-match",
    "idempotency_keys": r"key_of\(|idempotency-key",
    "no_password": r'"/login',
    "cookie_spelling": r'"/login',
    "unreadable_bodies": r"request\.(body|json)\(|number\(request",
}
BY_FORM = "a login by form: its cookie is the session shop's, which is attacked"
KEPT_NAME = "stateful/session_servers/kept_name.py"
FIXED = "wrong on purpose in one thing, fixation, which is tried on it"
ELSEWHERE = {
    ("cross_site", KEPT_NAME): FIXED,
    ("no_password", KEPT_NAME): FIXED,
    ("cookie_spelling", KEPT_NAME): FIXED,
    ("cookie_spelling", "stateful/log_in/login.py"): BY_FORM,
    ("unreadable_bodies", "stateful/log_in/login.py"): "the odd input puts all of its bodies to every program",
}


@pytest.mark.parametrize("name", SIGNS)
def test_no_program_of_a_kind_is_forgotten(name: str) -> None:
    found = {
        path.relative_to(SNIPPETS).as_posix() for path in programs() if re.search(SIGNS[name], path.read_text("utf-8"))
    }
    missing = found - set(kind(name).PROGRAMS) - {program for of, program in ELSEWHERE if of == name}
    assert not missing, f"add to tests/attacks/kinds/{name}.py, or to {ROOT.name}: {sorted(missing)}"
