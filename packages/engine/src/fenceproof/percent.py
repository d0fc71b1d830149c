"""Scripts in the percent form: cells of Markdown and of code after `# %%`, as Jupytext has them.

Such a page is run by the notebook that is built of it. Its fences are read, and not run here.
"""

from __future__ import annotations

import re
from pathlib import Path

MARK = re.compile(r"# %%(?: |$)")
TEXT = re.compile(r"\[(?:markdown|md|raw)\]")
COMMENT = re.compile(r"^# ?")


def is_script(path: Path) -> bool:
    """Whether a page is a script in the percent form."""
    return path.suffix == ".py"


def text_of(script: str) -> str:
    """The script as Markdown, line by line; each cell of code is a fence.

    The mark of a cell of code is the line that opens its fence, and the empty line at its end the
    one that closes it. A cell without one is closed by the mark of the text below it.
    """
    lines: list[str] = []
    is_code = False
    for line in script.split("\n"):
        if not MARK.match(line):
            lines.append(line if is_code else COMMENT.sub("", line))
            continue
        was_code, is_code = is_code, not TEXT.search(line)
        closed = was_code and _close(lines)
        if was_code and not closed:
            lines.append("```")  # between two cells of code this is a line more than the script has
        if is_code or closed or not was_code:
            lines.append("```python" if is_code else "")
    if is_code and not _close(lines):
        lines.append("```")
    return "\n".join(lines)


def _close(lines: list[str]) -> bool:
    """Close the fence of a cell in its last line, if that is an empty one."""
    if lines[-1].strip():
        return False
    lines[-1] = "```"
    return True
