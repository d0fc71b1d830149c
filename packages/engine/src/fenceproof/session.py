"""Python sessions: statements after `>>>` and `...`, and what each is answered.

Only the standard library is used, so that the browser reads a session with this very module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

STATEMENT = re.compile(r"^>>>(?: .*)?$(?:\n\.\.\.(?: .*)?$)*", re.M)
ANSWER = re.compile(r"(?:\n(?!>>>)(?!\s*$).+)*")
RAISED = "Traceback (most recent call last):\n    ...\n{}\n"
NO_SPACE = re.compile(r"^(?:>>>|\.\.\.)(?=[^\s.>]).*", re.M)


class NotASession(ValueError):
    """A text that looks like a session and cannot be read as one."""


@dataclass(frozen=True)
class Statement:
    """One statement of a session.

    `line` is that of its first prompt, from 0, and `end` the one after its answer. `prompts` are
    its lines as they stand there, `source` is the code in them.
    """

    line: int
    end: int
    prompts: list[str]
    source: str


def statements(text: str) -> list[Statement]:
    """The statements of a session.

    Raises: NotASession, where a prompt has no space after it.
    """
    if bad := NO_SPACE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise NotASession(f"line {line} lacks a space after its prompt: {bad[0]}")
    found = []
    for match in STATEMENT.finditer(text):
        line = text.count("\n", 0, match.start())
        prompts = match[0].split("\n")
        answer = ANSWER.match(text, match.end())
        size = answer[0].count("\n") if answer else 0
        source = "\n".join(prompt[4:] for prompt in prompts) + "\n"
        found.append(Statement(line, line + len(prompts) + size, prompts, source))
    return found


def answered(printed: str) -> list[str]:
    """The lines of a session that show what a statement printed.

    A line that would read as a prompt gets a space before it.
    """
    if not printed:
        return []
    lines = []
    for line in printed.removesuffix("\n").split("\n"):
        space = " " if line.startswith((">>>", "...")) else ""
        lines.append(f"{space}{line}" or "<BLANKLINE>")
    return lines


def played(text: str, run: Callable[[Statement], str]) -> Iterator[list[str]]:
    """The lines of a session as it went, statement by statement; `run` gives what one printed.

    What stands between the statements is empty lines, and the last lines are those at the end.
    """
    lines, at = text.split("\n"), 0
    for statement in statements(text):
        printed = run(statement)
        empty = [""] * lines[at : statement.line].count("")
        yield [*empty, *statement.prompts, *answered(printed)]
        at = statement.end
    yield [""] * lines[at:].count("")
