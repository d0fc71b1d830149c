"""`If-Match` and `If-None-Match` against RFC 9110's grammar, read twice: as a generator and as a slow recogniser."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from choosing.consistency.if_match import LONGEST, Condition

ETAGC = [chr(0x21), *map(chr, range(0x23, 0x7F)), *map(chr, range(0x80, 0x100))]


def recognised(value: str) -> tuple[bool, set[str]] | None:
    """Whether the value is `*`, and its tags; None where it is neither. A machine that takes a character a step."""
    if value == "*":
        return True, set()
    tags, tag, state = set[str](), "", "before"
    for char in value:
        if state == "inside":
            if char == '"':
                tags.add(tag + char)
                state = "after"
            elif char not in ETAGC:
                return None
        elif char == "," and state in {"before", "after"}:
            state = "before"
            continue
        elif char in " \t" and state in {"before", "after"}:
            continue
        elif char == "W" and state == "before":
            tag, state = "", "weak"
        elif char == "/" and state == "weak" and tag == "W":
            state = "weak/"
        elif char == '"' and (state == "before" or state == "weak/"):
            tag, state = ("" if state == "before" else tag), "inside"
        else:
            return None
        tag = (tag if state != "after" else "") + char
    return (False, tags) if state in {"before", "after"} else None


def condition(*lines: str) -> Condition | int:
    """What the program makes of these lines: a condition, or the status that it refuses them with."""
    raw = [(b"if-match", line.encode("latin-1")) for line in lines]
    try:
        return Condition(Headers(raw=raw), "if-match")
    except HTTPException as refusal:
        return refusal.status_code


tags = st.builds(
    lambda weak, opaque: f'{weak}"{opaque}"',
    st.sampled_from(["", "W/"]),
    st.text(st.sampled_from(ETAGC), max_size=6),
)
space = st.text(" \t", max_size=3)
elements = st.lists(st.tuples(space, st.one_of(st.just(""), tags), space), min_size=1, max_size=8)


@given(st.lists(elements, min_size=1, max_size=3))
def test_every_list_of_the_grammar_is_read_over_all_its_lines(lines: list[list[tuple[str, str, str]]]) -> None:
    found = condition(*[",".join(map("".join, line)) for line in lines])
    assert isinstance(found, Condition)
    assert found.given
    assert not found.any
    assert found.tags == {tag for line in lines for _, tag, _ in line if tag}


@given(st.lists(st.text(st.sampled_from('"W/*, \t\\\x7f\x00ab\x80\xa0\xff'), max_size=12), max_size=3))
@example(['"a,*,b"'])
@example(['"999", *'])
@example(["*", "*"])
@example(['"a', 'b"'])
@example(["*, "])
@example(["\xa0*"])
@example(['"a" "b"'])
@example(['W/ "a"'])
@example(['w/"a"'])
def test_what_is_no_list_is_refused_and_what_is_one_is_not(lines: list[str]) -> None:
    found = condition(*lines)
    expected = recognised(", ".join(lines).strip(" \t"))
    if expected is None:
        assert found == 400
    else:
        assert isinstance(found, Condition)
        assert (found.any, found.tags) == expected


@given(tags, tags)
def test_the_two_comparisons_are_those_of_the_table(one: str, other: str) -> None:
    """RFC 9110, 8.8.3.2: strong where both are strong and alike; weak where they are alike but for `W/`."""
    found = condition(one)
    assert isinstance(found, Condition)
    assert found.names(other) == (one == other and not one.startswith("W/"))
    assert found.resembles(other) == (one.removeprefix("W/") == other.removeprefix("W/"))


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (['"' + "a" * LONGEST + '"'], 431),
        (['"a"'] * LONGEST, 431),
        ([" " * (LONGEST + 1)], "none"),
        (["," * LONGEST], "none"),
        ([" " * (LONGEST - 1) + "x"], 400),
        (['"a"' + " " * (LONGEST - 4) + "x"], 400),
    ],
)
def test_a_header_without_end_is_not_read(lines: list[str], status: int | str) -> None:
    found = condition(*lines)
    if status == "none":
        assert isinstance(found, Condition)
        assert not found.tags
        assert not found.names('"1"')
    else:
        assert found == status


def test_the_slow_reading_knows_the_grammar_too() -> None:
    """Against values whose answer is known, so that the two readings are not wrong together."""
    known = {
        "*": (True, set()),
        "": (False, set()),
        ", ,": (False, set()),
        '"a,*,b"': (False, {'"a,*,b"'}),
        'W/"4" ,, "\\"': (False, {'W/"4"', '"\\"'}),
    }
    for value, expected in known.items():
        assert recognised(value) == expected, value
    for value in ('"999", *', "*,", '"a"b', "W", "W/", '"', 'W/W/"a"', 'W"a"', '/"a"', '"a b"', '"\x7f"', "a"):
        assert recognised(value) is None, value
    assert all(first < second for first, second in pairwise(ETAGC))
