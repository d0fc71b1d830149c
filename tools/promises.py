"""A page whose fences are held to what they promise.

`Page` is a Sybil document. Its blocks run once, from the top, in one
namespace; asking for a block runs those above it first. `keep` then raises
what went wrong with one fence, naming `page.md:line`.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import difflib
import doctest
import inspect
import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
import tomllib
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

import yaml
from _pytest.assertion.rewrite import rewrite_asserts
from sybil import Document, Example, Region
from sybil.example import SybilFailure

from tools.fences import PYTHON, ROOT, SESSION, SHELL, Fence, Source, parse, shorten, shown

BIN = Path(sys.executable).parent


class Broken(SybilFailure):
    """A promise that was not kept; the message is all there is to say."""

    def __init__(self, fence: Fence, message: str) -> None:
        AssertionError.__init__(self, f"{fence.where}: {message}")
        self.fence = fence


def fences(document: Document) -> Iterator[Region]:
    """The Sybil parser: one region for each fence that must be kept."""
    assert isinstance(document, Page)
    starts = [0, *(n + 1 for n, char in enumerate(document.text) if char == "\n"), len(document.text)]
    for fence in document.fences:
        if fence.role != "not-run":
            start = starts[fence.line - 1] + len(fence.prefix)
            yield Region(start, max(start, starts[fence.end] - 1), fence, keep)


def keep(example: Example) -> None:
    """The Sybil evaluator: raise what is wrong with this fence."""
    __tracebackhide__ = True
    assert isinstance(example.document, Page)
    if error := example.document.outcome(example.parsed):
        raise error


class Page(Document):
    """One page: its fences, its namespace, and what came of each fence."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self.fences = parse(Path(path), text)
        self.module = ModuleType(shorten(Path(path)).removesuffix(".md").replace("/", ".").replace("-", "_"))
        self.namespace = self.module.__dict__
        self.namespace["__page__"] = self
        self.outcomes: dict[int, BaseException | None] = {}
        self.bodies: dict[int, str] = {}  # what the run would write in a fence, by line
        self.printed = ""  # by the last block
        self.raised: BaseException | None = None  # by the last block, as promised
        self.fallen: Fence | None = None  # the block after which nothing runs
        self.runner: asyncio.Runner | None = None

    def outcome(self, fence: Fence) -> BaseException | None:
        """What is wrong with `fence`, once all above it and it have run."""
        if not self.outcomes:
            self.open()
        for here in self.fences[: self.fences.index(fence) + 1]:
            if here.line not in self.outcomes:
                self.outcomes[here.line] = self.attempt(here)
        return self.outcomes[fence.line]

    def open(self) -> None:
        """Start as a fresh interpreter would: no snippet imported yet."""
        snippets = str(ROOT / "snippets") + os.sep
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(snippets):
                del sys.modules[name]
        sys.modules[self.module.__name__] = self.module

    def close(self) -> None:
        """End what the blocks left running."""
        if self.runner:
            self.runner.close()
            self.runner = None
        sys.modules.pop(self.module.__name__, None)

    def attempt(self, fence: Fence) -> BaseException | None:
        """Run or check one fence, all above it being done."""
        try:
            if fence.problem:
                self.fallen = self.fallen or fence
                raise Broken(fence, fence.problem)
            if fence.role == "validated":
                validate(fence)
            elif fence.role in {"executed", "output", "error"} and self.fallen:
                raise Broken(fence, f"not run, since {self.fallen.where} failed first")
            elif fence.role == "output":
                self.compare(fence, self.printed)
            elif fence.role == "error":
                self.compare(fence, self.message(fence))
            elif fence.language in PYTHON and fence.role == "executed":
                self.execute(fence)
            elif fence.language in SESSION:
                self.compare(fence, self.session(fence))
            elif fence.language in SHELL:
                self.compare(fence, shell(fence))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if fence.role == "executed":
                self.fallen = self.fallen or fence
            return error
        return None

    # -- running -----------------------------------------------------------

    def execute(self, fence: Fence) -> None:
        """Run a Python block; what it prints and raises waits to be compared."""
        __tracebackhide__ = True
        must_raise = any(promise.role == "error" for promise in self.promised(fence))
        self.printed, self.raised = "", None
        out = io.StringIO()
        try:
            code = compiled(fence.source, introspect=not must_raise)
            with contextlib.redirect_stdout(out):
                self.run(code, fence.source.path)
        except Exception as error:
            if not must_raise:
                raise
            self.raised = error
        finally:
            self.printed = out.getvalue()
            sys.stdout.write(self.printed)

    def promised(self, fence: Fence) -> Iterator[Fence]:
        """The output and the error that the page shows for a block."""
        after = self.fences[self.fences.index(fence) + 1 :]
        return itertools.takewhile(lambda other: other.role in {"output", "error"}, after)

    def run(self, code: CodeType, path: Path) -> None:
        """Execute code in the page's namespace; the page has one event loop."""
        __tracebackhide__ = True
        self.namespace["__file__"] = str(path)
        if code.co_flags & inspect.CO_COROUTINE:
            self.runner = self.runner or asyncio.Runner()
            self.runner.run(eval(code, self.namespace))
        else:
            exec(code, self.namespace)

    def session(self, fence: Fence) -> str:
        """Run a `>>>` session; the body as this run would have written it."""
        lines, at, written = fence.body.split("\n"), 0, []
        for example in doctest.DocTestParser().get_examples(fence.body):
            until = example.lineno + example.source.count("\n")
            out = io.StringIO()
            try:
                source = Source(fence.path, fence.line + 1 + example.lineno, example.source)
                code = compiled(source, mode="single")
                with contextlib.redirect_stdout(out):
                    self.run(code, fence.path)
            except Exception as error:
                out.write("Traceback (most recent call last):\n    ...\n" + self.last_line(error) + "\n")
            printed = out.getvalue().removesuffix("\n").split("\n") if out.getvalue() else []
            written += lines[at:until] + [line or "<BLANKLINE>" for line in printed]
            at = until + example.want.count("\n")
        return "\n".join(written + lines[at:])

    def message(self, fence: Fence) -> str:
        """The error that the block above raised, as Python's last line."""
        if self.raised is None:
            raise Broken(fence, "the block above was to raise this, and it raised nothing")
        return self.last_line(self.raised) + "\n"

    def last_line(self, error: BaseException) -> str:
        """`Type: message`, with the page's own types unqualified."""
        return "".join(traceback.format_exception_only(error)).strip().removeprefix(f"{self.module.__name__}.")

    def compare(self, fence: Fence, actual: str) -> None:
        """Hold what the page shows against what the run gave, to the letter."""
        self.bodies[fence.line] = actual
        expected = shown(fence) if fence.include else fence.body
        if expected != actual:
            diff = difflib.unified_diff(lines_of(expected), lines_of(actual), "the page", "the run", n=1, lineterm="")
            raise Broken(fence, "the run gave something else; `make record` writes it\n" + "\n".join(diff))


def lines_of(text: str) -> list[str]:
    """The lines of a text for a diff, a missing last newline made visible."""
    return text.removesuffix("\n").split("\n") + (
        [] if text.endswith("\n") or not text else ["(no newline at the end)"]
    )


def compiled(source: Source, mode: str = "exec", introspect: bool = False) -> CodeType:
    """Code that knows its file and its lines; assertions explain themselves."""
    text, name = "\n" * (source.line - 1) + source.text, str(source.path)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(text, name, mode, flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    if introspect:
        rewrite_asserts(tree, text.encode())
    code: CodeType = compile(tree, name, mode, flags, dont_inherit=True)
    return code


def shell(fence: Fence) -> str:
    """Run the `$` lines of a console; the body as this run would have it."""
    lines, written = fence.body.removesuffix("\n").split("\n"), []
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "80"}
    while lines:
        line = lines.pop(0)
        if not line.startswith("$ "):
            continue  # what an earlier run printed
        written.append(line)
        command = line[2:]
        while command.endswith("\\") and lines and lines[0].startswith("> "):
            written.append(lines[0])
            command += "\n" + lines.pop(0)[2:]
        run = subprocess.run(
            command, shell=True, cwd=ROOT, env=env, text=True, timeout=120,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        written += run.stdout.removesuffix("\n").split("\n") if run.stdout else []
        if run.returncode:
            raise Broken(fence, f"`{command}` ended with status {run.returncode}\n{run.stdout}")
    return "\n".join(written) + "\n"


# -- validating ------------------------------------------------------------


def validate(fence: Fence) -> None:
    """Parse data with the real parser, and hold it to its schema if it names one.

    Raises: Broken, with the parser's own words.
    """
    text = fence.source.text
    try:
        if fence.language == "json":
            json.loads(text)
        elif fence.language == "toml":
            tomllib.loads(text)
        elif fence.language == "caddyfile":
            tool(["caddy", "adapt", "--adapter", "caddyfile", "--config"], text, "Caddyfile")
        else:
            list(yaml.compose_all(text, yaml.SafeLoader))
        if schema := fence.options.get("schema"):
            tool(["check-jsonschema", "--builtin-schema", schema], text, f"fence.{fence.language}")
    except (ValueError, yaml.YAMLError) as error:
        raise Broken(fence, f"not valid {fence.language}: {error}") from None


def tool(command: list[str], text: str, name: str) -> None:
    """Have a program read `text` as the file `name`; ValueError if it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_text(text, "utf-8")
        run = subprocess.run([BIN / command[0], *command[1:], path], capture_output=True, text=True)
    if run.returncode:
        raise ValueError((run.stderr or run.stdout).strip())
