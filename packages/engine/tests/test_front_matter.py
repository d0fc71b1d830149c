"""What is taken off a page is what MkDocs takes off, to the letter."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mkdocs.utils.meta import get_data

from fenceproof.front_matter import without_front_matter

LINES = st.sampled_from(
    [
        "---", "--- ", "----", "...", "", "  ", "a: b", "a:", "    more", "\tmore", "text", "- item",
        "a: [", "when: 2026-02-30", "```python", "x = 1", "```", "Key: value", "   Key: v", "é: b",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=12), st.sampled_from(["", "\n"]))
@example(["---", "", "```python", "x = 1", "```", "", "---", "text"], "\n")
@example(["---", "a: b", "---", "```python", "x", "```"], "")
def test_it_is_what_mkdocs_takes_off(lines: list[str], end: str) -> None:
    text = "\n".join(lines) + end
    assert without_front_matter(text).lstrip("\n") == get_data(text)[0].lstrip("\n")
    assert without_front_matter(text).count("\n") == text.count("\n")


@pytest.mark.parametrize("text", ["---\n\n```python\n1 / 0\n```\n\n---\ntext\n"])
def test_a_fence_between_two_rules_is_of_the_page(text: str) -> None:
    assert without_front_matter(text) == text
