"""What a page lacks is told in one line: file, line, what is wrong, what to do."""

import re
from pathlib import Path

import pytest

from tools.pages import claims, problems
from tools.site import DOCS, LABS, pages, shorten

HEAD = "---\ndescription: A page that is made to fail.\nclaims: {S0: needs a boundary}\n---\n"
PAGE = HEAD + "\n# Title\n\n**A sentence that can be false.**\n"

FAULTS = {
    "a missing file": (PAGE + '\n```python\n--8<-- "start/nothing.py"\n```\n', 10, "does not exist"),
    "a missing section": (PAGE + '\n```python\n--8<-- "testbed/cluster.py:nowhere"\n```\n', 10, "is not there"),
    "a missing figure": (PAGE + '\n--8<-- "docs/figures/nothing.svg"\n', 10, "does not exist"),
    "an unknown role": (PAGE + "\n```{ .python .exceprt }\nx = 1\n```\n", 10, "is not known"),
    "an output without a block": (PAGE + "\n```{ .text .output }\nx\n```\n", 10, "output without a block"),
    "a taken id": (PAGE + "\n```{ .py #a }\nx = 1\n```\n\n```{ .py #a }\nx = 2\n```\n", 14, "is taken by line 10"),
    "no reason": (PAGE + "\n```ruby\nputs 1\n```\n", 10, "needs reason"),
    "no title": (HEAD + "\nText.\n", 6, "no title"),
    "no thesis": (HEAD + "\n# Title\n\nText.\n", 6, "no thesis"),
    "no description": ("# Title\n\n**A sentence.**\n", 1, "no description"),
    "a claim that does not exist": (PAGE.replace("S0", "S99"), 3, "S99 does not exist"),
    "another verdict": (PAGE.replace("needs a boundary", "holds"), 3, "S0 is said to be"),
    "front matter that is not YAML": ("---\na: [\n---\n" + PAGE, 1, "not YAML"),
    "too many words": (PAGE + "\nword" * 901 + "\n", 1, "900 at most"),
    "two figures": (PAGE + "\n<figure>\n</figure>\n\n<figure>\n</figure>\n", 13, "a second figure"),
    "a hollow word": (PAGE + "\nThis is easy.\n", 10, "“easy”"),
    "a line too long": (PAGE + "\n```python\nx = '" + "y" * 80 + "'\n```\n", 11, "80 fit the column"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_in_one_line(
    text: str, line: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    monkeypatch.setattr("tools.pages.DOCS", tmp_path)
    told = [str(problem) for problem in problems(page)]
    assert len(told) == 1, told
    assert "\n" not in told[0]
    assert told[0].startswith(f"{page.as_posix()}:{line}: ")
    assert words in told[0]


def test_a_good_page_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.md").write_text(PAGE, "utf-8")
    monkeypatch.setattr("tools.pages.DOCS", tmp_path)
    assert not list(problems(tmp_path / "page.md"))


@pytest.mark.parametrize("path", [*pages(), *LABS], ids=shorten)
def test_the_pages_of_the_site_have_none(path: Path) -> None:
    assert not [str(problem) for problem in problems(path)]


def test_a_claim_that_links_to_no_block_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = tmp_path / "claims.md"
    claims.write_text((DOCS / "reference" / "claims.md").read_text("utf-8").replace("#quadrants", "#payments"), "utf-8")
    (tmp_path / "stateless").mkdir()
    monkeypatch.setattr("tools.pages.CLAIMS", claims)
    assert any("S2 is shown by nothing" in str(problem) for problem in problems(claims))


def test_the_home_page_gives_each_claim_the_verdict_that_it_has() -> None:
    row = re.compile(r"^\| (holds|needs a boundary|half true|false as stated) \| (.+) \|$", re.M)
    told = {claim: verdict for verdict, claims in row.findall((DOCS / "index.md").read_text("utf-8"))
            for claim in re.findall(r"\[(S\d+)\]\(reference/claims\.md#s\d+\)", claims)}  # fmt: skip
    assert told == {claim.id: claim.verdict for claim in claims().values()}
    assert len(told) == 17
