"""What the reader of a rendered page sees as code, found without the engine's help."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

import html5lib
import pytest


def code_blocks(html: str) -> list[str]:
    """The text of each `<pre>` but for line numbers, without spaces on empty lines and blank ends."""

    def below(element: Element) -> list[Element]:
        if "linenodiv" in element.get("class", ""):
            return []
        return [element] if element.tag == "pre" else [pre for child in element for pre in below(child)]

    tree = html5lib.parse(html, namespaceHTMLElements=False)
    root = next((found for found in tree.iter("article")), tree)
    texts = ("".join(pre.itertext()).split("\n") for pre in below(root))
    return ["\n".join(line if line.strip(" ") else "" for line in text).strip("\n") for text in texts]


@pytest.fixture(scope="session", name="code_blocks")
def code_blocks_fixture() -> Callable[[str], list[str]]:
    return code_blocks
