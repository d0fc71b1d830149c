"""Caddyfiles, read by Caddy itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

from fenceproof.data.parsing import Invalid
from fenceproof.data.program import refusal

COMMAND = ["caddy", "validate", "--adapter", "caddyfile", "--config"]
SNIPPET = re.compile(r"^[ \t]*\(([^\s()]+)\)\s*\{", re.M)


def check_caddyfile(text: str, name: str, beside: Path | None = None) -> None:
    """Have Caddy read a Caddyfile, which finds what is in the folder `beside`.

    Raises: Invalid, with Caddy's own words.
    """
    for snippet in SNIPPET.finditer(text):
        if not re.search(rf"^\s*import\s+{re.escape(snippet[1])}(?:\s|$)", text, re.M):
            line = text.count("\n", 0, snippet.start(1)) + 1
            raise Invalid(
                f"{name}:{line}: Caddy reads a snippet where it is imported, and ({snippet[1]}) "
                "is not: import it in a site"
            )
    said = refusal(COMMAND, text, "Caddyfile", name, beside)
    if said is None:
        return
    last = said.split("\n")[-1]
    raise Invalid(json.loads(last)["msg"] if last.startswith("{") else last)
