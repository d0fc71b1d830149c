"""Write into the pages what their blocks gave.

    python -m tools.record [PATH ...]

Every page is run, and what it shows of the run (outputs, errors, `>>>`
sessions, consoles) is rewritten in place where it differs; all else keeps its
bytes. The diff is printed. This is never a gate: it always exits with 1.
"""

import contextlib
import difflib
import io
import re
import sys
import warnings
from pathlib import Path

from tools.fences import ROOT, Fence, parse, shorten
from tools.ledger import PAGES, pages
from tools.promises import Broken, Page

LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def put(text: str, fence: Fence, body: str) -> str:
    """The page `text` with `body` in `fence`, prefixed as its container asks."""
    lines = LINES.findall(text)
    ending = re.sub(r"[^\r\n]", "", lines[fence.line - 1])
    prefix = re.sub(r"[^>\s]", " ", fence.prefix)
    new = [(prefix + line if line else prefix.rstrip()) + ending for line in body.removesuffix("\n").split("\n")]
    return "".join(lines[: fence.line] + (new if body else []) + lines[fence.end - 1 :])


def written(path: Path, text: str, at: int, body: str) -> str:
    """The page with `body` in its fence number `at`; ValueError where no fence there can show it."""
    before = parse(path, text)
    new = put(text, before[at], body)
    after = parse(path, new)
    if body and not body.endswith("\n"):
        raise ValueError("the last line it printed has no newline, which no fence can show: let the block end it")
    if [fence.body for fence in after] != [body if n == at else fence.body for n, fence in enumerate(before)]:
        raise ValueError(f"it printed a line that closes its own fence: open and close it with {before[at].marker}`")
    if after[at].problem:
        raise ValueError(f"what it printed cannot stand in a fence: {after[at].problem}")
    return new


def record(path: Path, text: str) -> tuple[str, int, list[str]]:
    """The page as its run has it, how many bodies that changed, and what to mend by hand."""
    done: set[int] = set()
    while True:  # again only where a session that differed kept later blocks from running
        page = Page(text, str(path))
        with contextlib.closing(page), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("error")
            errors = [(fence, page.outcome(fence)) for fence in page.fences]
        notes, again = [], False
        for at, (fence, error) in enumerate(errors):
            if error and fence.line in page.bodies and not fence.include:
                try:
                    text = written(path, text, at, page.bodies[fence.line])
                    again = again or (fence.role == "executed" and at not in done)
                    done.add(at)
                except ValueError as problem:
                    notes.append(f"{fence.where}: {problem}")
            elif error and fence.line in page.bodies:
                notes.append(f"{fence.where}: the run gave something else, and the body is an include: change its file")
            elif error:
                said = f"{fence.where}: mend the block, which raised {type(error).__name__}: {error}"
                notes.append(str(error).rstrip() if isinstance(error, Broken) else said)
        if not again:
            return text, len(done), notes


def main(paths: list[Path]) -> int | str:
    """Record the pages at `paths`; the status is always 1."""
    sys.path.insert(0, str(ROOT / "snippets"))
    outputs = files = 0
    try:
        found = pages(paths)
    except FileNotFoundError as error:
        return str(error)
    for path in found:
        raw = path.read_bytes()
        old = raw.decode("utf-8-sig", errors="surrogateescape")
        new, count, said = record(path, old)
        if new != old:
            path.write_bytes(raw[: raw.startswith(b"\xef\xbb\xbf") * 3] + new.encode(errors="surrogateescape"))
            name = shorten(path)
            said = [*difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm=""), *said]
        sys.stdout.buffer.write("".join(f"{line}\n" for line in said).encode(errors="backslashreplace"))
        outputs, files = outputs + count, files + (new != old)
    sys.stdout.buffer.write(f"wrote {outputs} outputs on {files} pages\n".encode())
    return 1


if __name__ == "__main__":
    sys.exit(main([Path(path) for path in sys.argv[1:]] or list(PAGES)))
