"""The proof page names the versions that are here, whatever they are."""

from __future__ import annotations

import platform
from importlib.metadata import version

from markdown import markdown

from tools.site import ROOT
from tools.versions import MARK, NAMED


def test_the_proof_page_names_what_is_installed() -> None:
    text = (ROOT / "docs" / "reference" / "proof.md").read_text("utf-8")
    assert text.count(f"\n{MARK}\n") == 1
    html = markdown(text, extensions=["tables", "fenced_code", "tools.versions"])
    assert MARK not in html
    for name, number in [("Python that built this copy", platform.python_version()), *((n, version(n)) for n in NAMED)]:
        assert f"<td>{name}</td>\n<td>{number}</td>" in html
    assert "<td>3.11, 3.12, 3.13, 3.14</td>" in html
