"""The lines at the head of a page that MkDocs takes off before it draws the page.

They are told as MkDocs does (mkdocs.utils.meta): YAML between `---` and `---` or `...` that is a
mapping, or else MultiMarkdown's `Key: value` lines. What MkDocs leaves on the page, such as a
fence between two rules, is of the page.
"""

from __future__ import annotations

import re

import yaml

YAML = re.compile(r"^-{3}[ \t]*\n(.*?\n)(?:-{3}|\.{3})[ \t]*\n", re.S)
KEY = re.compile(r"^[ ]{0,3}[A-Za-z0-9_-]+:\s*.*")
MORE = re.compile(r"^([ ]{4}|\t)(\s*).*")


def without_front_matter(text: str) -> str:
    """The text, in which each line that is taken off is an empty one."""
    taken = _length(text)
    return "\n" * text[:taken].count("\n") + text[taken:]


def _length(text: str) -> int:
    """How many characters MkDocs takes off."""
    match = YAML.match(text)
    if match:
        return match.end() if _is_mapping(match[1]) else 0
    length, has_key = 0, False
    for line in text.splitlines(keepends=True):
        if not line.strip():
            return length + len(line)
        if KEY.match(line):
            has_key = True
        elif not (has_key and MORE.match(line)):
            return length
        length += len(line)
    return length


def _is_mapping(text: str) -> bool:
    try:
        return isinstance(yaml.safe_load(text), dict)
    except (
        Exception
    ):  # MkDocs too leaves on the page whatever it cannot read, such as a 30th of February
        return False
