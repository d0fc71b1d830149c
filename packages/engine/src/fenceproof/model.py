"""The page model: one namespace, one event loop and one context for all blocks of a page.

Only the standard library is used, so that the tests and the reader's browser run a page by this
very module.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import contextvars
import inspect
import itertools
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any

FUTURE = 0
for _name in __future__.all_feature_names:
    FUTURE |= getattr(__future__, _name).compiler_flag

Change = Callable[[ast.AST, str], ast.AST]
Mark = Callable[[ast.AST, str, str, int], ast.AST]
Watch = Callable[[str, CodeType], None]


@dataclass(frozen=True)
class Code:
    """Code to run: it stands in `file`, from line `line` on. `inline` code is the page's own.

    `name` is what tracebacks call the file, where that is another name.
    """

    text: str
    file: str
    line: int = 1
    inline: bool = True
    name: str = ""


class Model:
    """What the blocks of one page share.

    Args:
        name: the name of the module that the blocks are in.
        change: what is done with the syntax tree of a block before it runs, given its text.
        mark: the same, before that, and whatever the block may raise; given its file and flags too.
        watch: what is told of each block before it runs: its text and its code.
    """

    def __init__(
        self,
        name: str,
        change: Change | None = None,
        mark: Mark | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.module = ModuleType(name)
        self.namespace: dict[str, Any] = self.module.__dict__
        self.context = contextvars.copy_context()
        self.runner: asyncio.Runner | None = None
        self.future = 0  # the flags of each `from __future__` of the page's own blocks
        self._change = change
        self._mark = mark
        self._watch = watch

    def run(self, code: Code, mode: str = "exec", *, change: bool = False) -> None:
        """Run code in the namespace. Raises: whatever the code raises."""
        compiled = self._compiled(code, mode, change)
        if code.inline:
            self.future |= compiled.co_flags & FUTURE
        self.namespace["__file__"] = code.file
        if compiled.co_flags & inspect.CO_COROUTINE:
            self.runner = self.runner or asyncio.Runner()
            coroutine = eval(compiled, self.namespace)  # noqa: S307
            self.runner.run(coroutine, context=self.context)
        else:
            self.context.run(exec, compiled, self.namespace)

    def _compiled(self, code: Code, mode: str, change: bool) -> CodeType:
        text = "\n" * (code.line - 1) + code.text
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        if code.inline:  # a program that is included keeps its future to itself
            flags |= self.future
        name = code.name or code.file
        tree = compile(text, name, mode, flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        if self._mark:
            tree = self._mark(tree, text, name, flags)
        if change and self._change:
            tree = self._change(tree, text)
        compiled: CodeType = compile(tree, name, mode, flags, dont_inherit=True)
        if self._watch:
            self._watch(text, compiled)
        return compiled

    def last_line(self, error: BaseException) -> str:
        """`Type: message` and the notes of an error, the page's own types without their module.

        What is no text is escaped, as Python does where it prints an error.
        """
        lines = traceback.format_exception_only(error)
        said = itertools.dropwhile(lambda line: line.startswith("  "), lines)
        last = "".join(said).removesuffix("\n").removeprefix(f"{self.module.__name__}.")
        return last.encode(errors="backslashreplace").decode()

    def close(self) -> None:
        """End what the blocks left running on the event loop."""
        if self.runner:
            self.runner.close()
