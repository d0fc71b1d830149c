"""What stands in quotation marks was read, is whole in sense, and is linked to where it was read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import quotations
from tools.quotations import REGISTER, SOURCES, problems, register
from tools.site import pages, shorten

TURNS = "A server may forget you unless it has promised not to."
ENTRY = "[[quotation]]\nsection = '§1'\nread = 'a stored copy'\nsentence = '{}'\n"
LINK = "([a source](../reference/sources.md#a))"

FAULTS = {
    "never read": ('It says "what nobody said".', "is not in the register"),
    "cut before unless": ('It says "may forget you".', "is cut before “unless”"),
    "cut at the first word": ('"A server" is how it begins.', "is cut before “unless”"),
    "over two lines": ('It says "may forget\nyou".', "is cut before “unless”"),
    "curly, beside a link": (f"It says “may forget you” {LINK}.", "is cut before “unless”"),
    "marks in marks": ('It "has not "promised" to".', "stand in quotation marks"),
    "in a table": ('| Who | "may forget you" |\n| - | - |', "is cut before “unless”"),
    "of another source": (
        'A "kept promise" ([other](../reference/sources.md#a)).',
        "is registered under b, and linked to a",
    ),
}
FINE = {
    "whole": f'"{TURNS}"',
    "with its turn": 'A server "may forget you unless it has promised not to".',
    "after the turn": 'But "it has promised not to" is enough.',
    "with a gap": 'A server "may forget … unless it has promised".',
    "no quotation": "We call it “forgetful”.",
    "a title": '=== "tab.py"\n\n    Text.\n\n!!! note "Our own words"\n\n    Text.',
    "code": 'Write `x = "may forget you"`.\n\n```python\nx = "may forget you"\n```',
    "attributes": '<figure markdown="span">\nText.\n</figure>',
}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A register of two sources, one sentence each."""
    (tmp_path / "a.toml").write_text(ENTRY.format(TURNS))
    (tmp_path / "b.toml").write_text(ENTRY.format("A kept promise is state."))
    monkeypatch.setattr(quotations, "register", lambda: register(tmp_path))
    yield tmp_path
    register.cache_clear()


def told(folder: Path, text: str) -> list[tuple[int, str]]:
    page = folder / "page.md"
    page.write_text(f"# Title\n\n{text}\n", "utf-8")
    return list(problems(page))


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_quotation_that_is_not_as_it_was_read_is_told(small: Path, text: str, words: str) -> None:
    problem, *_ = told(small, text)
    assert problem[0] == 3
    assert words in problem[1]


@pytest.mark.parametrize("text", FINE.values(), ids=FINE.keys())
def test_what_was_read_may_be_quoted(small: Path, text: str) -> None:
    assert not told(small, text)


@pytest.mark.parametrize(
    "entry",
    ["sentence = 'Whole.'\nsection = '§1'", "sentence = 'cut'\nsection = '§1'\nread = 'here'", "sentence = "],
    ids=["not read", "not whole", "not TOML"],
)
def test_an_entry_that_is_not_whole_is_named(tmp_path: Path, entry: str) -> None:
    (tmp_path / "a.toml").write_text(f"[[quotation]]\n{entry}\n")
    with pytest.raises(ValueError, match=r"a\.toml: "):
        register(tmp_path)


def test_the_register_is_of_the_sources() -> None:
    listed = set(quotations.HEADING.findall(SOURCES.read_text("utf-8")))
    assert {sentence.source for sentence in register()} <= listed
    assert {path.suffix for path in REGISTER.iterdir()} == {".toml"}


@pytest.mark.parametrize("path", pages(), ids=shorten)
def test_each_quotation_of_the_pages_was_read(path: Path) -> None:
    assert not [f"{shorten(path)}:{line}: {what}" for line, what in problems(path)]
