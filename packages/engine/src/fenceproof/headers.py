"""Whether a site draws a header as a block, or loses the fence in a paragraph.

superfences asks a validator about each option. Its own takes only what it draws outside of braces,
`title="…"` and the like; after any other, `reason="…"`, the fence is none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from markdown import Markdown
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from pymdownx.superfences import SuperFencesBlockPreprocessor

from fenceproof.config import Config
from fenceproof.fence import Fence, Header
from fenceproof.find import Recorder

DRAWS = {
    "codehilite",
    "extra",
    "fenced_code",
    "markdown.extensions.codehilite",
    "markdown.extensions.extra",
    "markdown.extensions.fenced_code",
    "pymdownx.extra",
    "pymdownx.highlight",
    "pymdownx.superfences",
}
REFUSED = "the page shows this fence as a paragraph, for its header: write {}"


class Headers:
    """The headers that the extensions of a site draw as a block."""

    def __init__(self, config: Config) -> None:
        names = [name for name in config.extensions if name in DRAWS]
        options: dict[str, Any] = {name: config.options.get(name, {}) for name in names}
        md = Markdown(extensions=names, extension_configs=options)
        self._draws = cache(_reader(md))

    def refused(self, fence: Fence) -> str:
        """What is wrong with the header, with one that works; an empty text if nothing is."""
        if self._draws(f"{fence.marker}{fence.info}", fence.marker):
            return ""
        return REFUSED.format(f"{fence.marker}{in_braces(fence.header)}")


def _reader(md: Markdown) -> Callable[[str, str], bool]:
    """Tells of an opening line and a closing one whether they make a block."""
    if "fenced_code_block" not in md.preprocessors:
        return lambda opening, closing: True  # nothing of ours draws fences there
    reader = md.preprocessors["fenced_code_block"]
    if isinstance(reader, SuperFencesBlockPreprocessor):
        recorder = Recorder(reader)

        def draws(opening: str, closing: str) -> bool:
            recorder.found.clear()
            recorder.read([opening, "x", closing])
            return bool(recorder.found)

        return draws
    pattern = FencedBlockPreprocessor.FENCED_BLOCK_RE
    return lambda opening, closing: bool(pattern.match(f"{opening}\nx\n{closing}"))


def in_braces(header: Header) -> str:
    """The header, written so that all that draws fences reads it."""
    words = [f".{name}" for name in (header.language or "text", *header.classes)]
    if header.id:
        words.append(f"#{header.id}")
    for key, value in header.options.items():
        quote = "'" if '"' in value else '"'
        words.append(f"{key}={quote}{value}{quote}")
    return f"{{ {' '.join(words)} }}"
