"""The glossary: each word leads to a page that uses it, or to another entry."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
GLOSSARY = DOCS / "reference/glossary.md"
ENTRY = re.compile(r"^(?P<word>\S[^\n]*)\n:   (?P<said>(?:.+\n)+)", re.MULTILINE)
ENTRIES = {found["word"]: found["said"] for found in ENTRY.finditer(GLOSSARY.read_text("utf-8"))}

# What the linked page writes in another form, or calls by another name.
BY_ANOTHER_NAME = {
    "Availability": "availabilities",
    "Cold fleet": "cold",
    "Compare and swap": "swap",
    "Idempotency key": "idempotency-key",
    "Key ring": "signer takes a list",
    "Single flight": "join",
    "Single writer": "owner",
}


def text(page: Path) -> str:
    """What a page says, without its programs, outputs, addresses and line ends."""
    without_code = re.sub(r"^( *)```.*?^\1```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    without_links = re.sub(r"\]\([^)]*\)", "]", without_code)
    return " ".join(without_links.split()).lower()


def linked(said: str) -> list[Path]:
    """The pages that an entry leads to."""
    return [(GLOSSARY.parent / link).resolve() for link in re.findall(r"\]\(([^)#]+)", said)]


@pytest.mark.parametrize("word", ENTRIES)
def test_entry_leads_to_a_page_that_uses_it(word: str) -> None:
    """An entry links to a page in whose text each of its words occurs, or names the entry that does."""
    said = ENTRIES[word]
    other = re.search(r"; see \*(.+?)\*", said)
    if other and not linked(said):
        assert other[1].capitalize() in ENTRIES
        return
    texts = [text(page) for page in linked(said)]
    assert texts, f"{word} leads to no page"
    for name in BY_ANOTHER_NAME.get(word, word).lower().split(", "):
        assert any(name in page for page in texts), f"{name} is on none of the pages that its entry links to"


def test_entries_are_in_order() -> None:
    """The words stand in the order of the alphabet, once each."""
    words = [word.lower() for word in ENTRIES]
    assert words == sorted(set(words))
