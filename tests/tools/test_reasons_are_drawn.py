"""What a fence leaves out, and why, stands above it on the page."""

import pytest
from markdown import Markdown

from tools.render import accept, draw

MARKDOWN = Markdown(
    extensions=["pymdownx.superfences"],
    extension_configs={
        "pymdownx.superfences": {"custom_fences": [{"name": "*", "class": "", "validator": accept, "format": draw}]}
    },
)


@pytest.mark.parametrize(
    ("option", "said"),
    [("unreached", "Has lines that do not run here"), ("unshown", "Prints more than is shown")],
)
def test_the_reason_is_above_the_program(option: str, said: str) -> None:
    plain = MARKDOWN.convert("```python\nx = 1\n```")
    given = MARKDOWN.convert(f'```{{ .python {option}="a <server> does" }}\nx = 1\n```')
    words = f'<p class="promise-head"><span class="promise-{option}">{said}: a &lt;server&gt; does</span></p>'
    assert words in given
    assert given.replace(words, "") == plain


def test_no_reason_is_drawn_where_it_may_not_stand() -> None:
    html = MARKDOWN.convert('```{ .text .output unreached="why" }\nx\n```')
    assert "Problem: unreached= is for Python that runs" in html
    assert "promise-unreached" not in html
