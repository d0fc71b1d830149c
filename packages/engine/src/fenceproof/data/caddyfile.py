"""Caddyfiles, read by Caddy itself."""

from __future__ import annotations

import json

from fenceproof.data.parsing import Invalid
from fenceproof.data.program import refusal

COMMAND = ["caddy", "validate", "--adapter", "caddyfile", "--config"]


def check_caddyfile(text: str, name: str) -> None:
    """Have Caddy read a Caddyfile. Raises: Invalid, with Caddy's own words."""
    said = refusal(COMMAND, text, "Caddyfile", name)
    if said is None:
        return
    last = said.split("\n")[-1]
    raise Invalid(json.loads(last)["msg"] if last.startswith("{") else last)
