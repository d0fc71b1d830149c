"""A page whose fences are held to what they promise.

`Page` is a Sybil document. Its blocks run once, from the top, in one
namespace; asking for a block runs those above it first. `keep` then raises
what went wrong with one fence, naming `page.md:line`.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import contextlib
import contextvars
import difflib
import doctest
import inspect
import io
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import tomllib
import traceback
import unittest
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
import yaml
from _pytest.assertion.rewrite import rewrite_asserts
from sybil import Document, Example, Region
from sybil.example import SybilFailure

from tools.fences import PYTHON, ROOT, SESSION, SHELL, Fence, Source, parse, shorten

BIN = Path(sys.executable).parent
SNIPPETS = str(ROOT / "snippets") + os.sep
FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
ESCAPES = (pytest.skip.Exception, pytest.fail.Exception, pytest.exit.Exception, unittest.SkipTest)


class Broken(SybilFailure):
    """A promise that was not kept; the message is all there is to say."""

    def __init__(self, fence: Fence, message: str) -> None:
        AssertionError.__init__(self, f"{fence.where}: {message}")
        self.fence = fence


def fences(document: Document) -> Iterator[Region]:
    """The Sybil parser: one region for each fence."""
    assert isinstance(document, Page)
    starts = [0, *(n + 1 for n, char in enumerate(document.text) if char == "\n"), len(document.text)]
    for fence in document.fences:
        start = starts[fence.line - 1] + len(fence.prefix)
        yield Region(start, max(start, starts[fence.end] - 1), fence, keep)


def keep(example: Example) -> None:
    """The Sybil evaluator: print what this fence printed, raise what is wrong with it."""
    __tracebackhide__ = True
    page, fence = example.document, example.parsed
    assert isinstance(page, Page)
    error = page.outcome(fence)
    sys.stdout.write(page.printed.get(fence.line, ""))
    if error:
        raise error


def imported() -> dict[str, ModuleType]:
    """The modules of snippets/ that are imported, and their packages, which have no file."""

    def home(module: ModuleType) -> str:
        return getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", [])), "")

    return {name: module for name, module in [*sys.modules.items()] if home(module).startswith(SNIPPETS)}


def taken() -> tuple[dict[str, str], str, list[str], object, dict[str, ModuleType]]:
    """What a page may change in the process: environment, folder, path, chance, imported snippets."""
    return dict(os.environ), os.getcwd(), sys.path[:], random.getstate(), imported()


def put(environ: dict[str, str], folder: str, path: list[str], chance: Any, snippets: dict[str, ModuleType]) -> None:
    """Put the process back as it was when this was `taken`."""
    for name in os.environ.keys() - environ.keys():
        del os.environ[name]
    os.environ.update(environ)
    os.chdir(folder)
    sys.path[:] = path
    random.setstate(chance)
    for name in imported():
        del sys.modules[name]
    sys.modules.update(snippets)


class Page(Document):
    """One page: its fences, its namespace, and what came of each fence."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self.fences = parse(Path(path), text)
        self.bodies: dict[int, str] = {}  # what the run would write in a fence, by line
        self.runner: asyncio.Runner | None = None
        self.begin()

    def close(self) -> None:
        """End what the blocks left running and forget it: the page is as if never run."""
        if self.runner:
            with self.entered():
                self.runner.close()
        for value in self.namespace.values():
            if isinstance(value, tempfile.TemporaryDirectory):
                value.cleanup()  # the block that does it need not have run
        sys.modules.pop(self.module.__name__, None)
        self.begin()

    def begin(self) -> None:
        """A namespace in which nothing has run."""
        self.runner = None
        self.process: tuple[Any, ...] = ()  # as the last block left it
        self.context = contextvars.copy_context()
        self.module = ModuleType(shorten(Path(self.path)).removesuffix(".md").replace("/", ".").replace("-", "_"))
        self.namespace = self.module.__dict__
        self.namespace["__page__"] = self
        self.future = 0  # the `from __future__` flags of its blocks
        self.stdout = io.StringIO()  # one for all blocks, since they may hold on to it
        self.outcomes: dict[int, BaseException | None] = {}
        self.printed: dict[int, str] = {}  # by each block
        self.raised: dict[int, BaseException] = {}  # by each block that was to raise
        self.fallen: Fence | None = None  # the block after which nothing runs

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """The process as this page left it, to begin with no snippet imported; then as it was outside."""
        outside = taken()
        put(*self.process or (*outside[:-1], {}))
        sys.modules[self.module.__name__] = self.module
        try:
            yield
        finally:
            self.process = taken()
            put(*outside)

    def outcome(self, fence: Fence) -> BaseException | None:
        """What is wrong with `fence`, once all above it and it have run."""
        above = self.fences[: self.fences.index(fence) + 1]
        if waiting := [here for here in above if here.line not in self.outcomes]:
            with self.entered():
                for here in waiting:
                    self.outcomes[here.line] = self.attempt(here)
        return self.outcomes[fence.line]

    def attempt(self, fence: Fence) -> BaseException | None:
        """Run or check one fence, all above it being done."""
        try:
            if fence.problem:
                raise Broken(fence, fence.problem)
            if fence.role == "validated":
                validate(fence)
            elif fence.role in {"executed", "output", "error"} and self.fallen:
                raise Broken(fence, f"not run, since {self.fallen.where} failed first")
            elif fence.role == "output":
                self.compare(fence, self.printed[self.block(fence).line])
            elif fence.role == "error":
                self.compare(fence, self.message(fence))
            elif fence.role == "executed" and fence.language in PYTHON:
                self.execute(fence)
            elif fence.role == "executed":
                self.compare(fence, self.session(fence) if fence.language in SESSION else shell(fence))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if fence.role == "executed" or (fence.problem and fence.language in PYTHON | SESSION | SHELL):
                self.fallen = self.fallen or fence
            if isinstance(error, ESCAPES):
                return Broken(fence, f"the block ends the test, which nothing may: {type(error).__name__}: {error}")
            return error
        return None

    # -- running -----------------------------------------------------------

    def execute(self, fence: Fence) -> None:
        """Run a Python block; what it prints and raises waits to be compared."""
        __tracebackhide__ = True
        must_raise = any(other.role == "error" and self.block(other) is fence for other in self.fences)
        try:
            with self.captured():
                self.run(fence.source, "exec", introspect=not must_raise)
        except BaseException as error:
            if not must_raise or isinstance(error, KeyboardInterrupt):
                raise
            self.raised[fence.line] = error
        finally:
            self.printed[fence.line] = self.stdout.getvalue()

    def block(self, fence: Fence) -> Fence:
        """The block that an output or an error belongs to."""
        above = self.fences[: self.fences.index(fence)]
        return next(other for other in reversed(above) if other.role not in {"output", "error"})

    def captured(self) -> contextlib.AbstractContextManager[io.StringIO]:
        """What is printed goes to `self.stdout`, from its beginning."""
        self.stdout.seek(0)
        self.stdout.truncate()
        return contextlib.redirect_stdout(self.stdout)

    def run(self, source: Source, mode: str, introspect: bool = False) -> None:
        """Execute code in the page's namespace; the page has one event loop and one context."""
        __tracebackhide__ = True
        inline = source.path == Path(self.path)  # a program that is included keeps its future to itself
        code = compiled(source, mode, introspect, self.future if inline else 0)
        self.future |= code.co_flags & FUTURE if inline else 0
        self.namespace["__file__"] = str(source.path)
        if code.co_flags & inspect.CO_COROUTINE:
            self.runner = self.runner or asyncio.Runner()
            self.runner.run(eval(code, self.namespace), context=self.context)
        else:
            self.context.run(exec, code, self.namespace)

    def session(self, fence: Fence) -> str:
        """Run a `>>>` session; the body as this run would have written it."""
        source, at, written = fence.source, 0, []
        lines = source.text.split("\n")
        try:
            examples = doctest.DocTestParser().get_examples(source.text)
        except ValueError as error:
            raise Broken(fence, f"not a session: {error}") from None
        for example in examples:
            until = example.lineno + example.source.count("\n")
            with self.captured() as out:
                try:
                    self.run(Source(source.path, source.line + example.lineno, example.source), "single")
                except Exception as error:
                    out.write("Traceback (most recent call last):\n    ...\n" + self.last_line(error) + "\n")
            printed = out.getvalue().removesuffix("\n").split("\n") if out.getvalue() else []
            written += [""] * lines[at : example.lineno].count("")
            written += lines[example.lineno : until] + [line or "<BLANKLINE>" for line in printed]
            at = until + example.want.count("\n")
        return "\n".join(written + [""] * lines[at:].count(""))

    def message(self, fence: Fence) -> str:
        """The error that the block above raised, as Python's last line."""
        if not (error := self.raised.get(self.block(fence).line)):
            raise Broken(fence, "the block above was to raise this, and it raised nothing")
        return self.last_line(error) + "\n"

    def last_line(self, error: BaseException) -> str:
        """`Type: message`, and its notes, with the page's own types unqualified."""
        lines = itertools.dropwhile(lambda line: line.startswith("  "), traceback.format_exception_only(error))
        return "".join(lines).removesuffix("\n").removeprefix(f"{self.module.__name__}.")

    def compare(self, fence: Fence, actual: str) -> None:
        """Hold what the page shows against what the run gave, to the letter."""
        self.bodies[fence.line] = actual
        if (expected := fence.source.text) != actual:
            diff = difflib.unified_diff(lines_of(expected), lines_of(actual), "the page", "the run", n=1, lineterm="")
            raise Broken(fence, "the run gave something else; `make record` writes it\n" + "\n".join(diff))


def lines_of(text: str) -> list[str]:
    """The lines of a text for a diff, a missing last newline made visible."""
    whole = text.removesuffix("\n").split("\n") if text else []
    return whole if text.endswith("\n") or not text else [*whole, "(no newline at the end)"]


def compiled(source: Source, mode: str, introspect: bool, future: int) -> CodeType:
    """Code that knows its file and its lines; assertions explain themselves."""
    text, name = "\n" * (source.line - 1) + source.text, str(source.path)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | future
    tree = compile(text, name, mode, flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    if introspect:
        rewrite_asserts(tree, text.encode())
    code: CodeType = compile(tree, name, mode, flags, dont_inherit=True)
    return code


def shell(fence: Fence) -> str:
    """Run the `$` lines of a console; the body as this run would have it."""
    lines, written = fence.source.text.removesuffix("\n").split("\n"), []
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
        try:
            run = subprocess.run(
                command, shell=True, cwd=ROOT, env=env, encoding="utf-8", timeout=120,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Broken(fence, f"`{command}` did not end in {error.timeout:.0f} s") from None
        written += run.stdout.removesuffix("\n").split("\n") if run.stdout else []
        if run.returncode:
            raise Broken(fence, f"`{command}` ended with status {run.returncode}\n{run.stdout}")
    return "\n".join(written) + "\n"


# -- validating ------------------------------------------------------------

COMPOSE = {"compose.yaml", "compose.yml"}  # an include of such a file is held to the schema of Compose


class Strict(yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which a key stands once, as Compose and Kubernetes want it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"a second {key.value!r}", key.start_mark)
            seen |= {key.value} if isinstance(key.value, str) else set()
        data: dict[Any, Any] = super().construct_mapping(node, deep)
        return data


def validate(fence: Fence) -> None:
    """Parse data with the real parser, and hold it to its schema.

    The schema is the one that `schema=` names; without it that of Compose for an include of compose.yaml, and those of
    Kubernetes for YAML with a manifest in it. An included section is parsed, and its whole file held to the schema.

    Raises: Broken, with the parser's own words; its lines are those of the page, or of the file that is included.
    """
    name, nodes = shorten(fence.source.path), []
    text = whole = "\n" * (fence.source.line - 1) + fence.source.text
    try:
        if fence.language == "json":
            json.loads(text, parse_constant=int)  # it has no NaN
        elif fence.language == "toml":
            tomllib.loads(text)
        elif fence.language == "caddyfile":
            said = tool(["caddy", "validate", "--adapter", "caddyfile", "--config"], text, "Caddyfile", name)
            if said is not None:
                last = said.split("\n")[-1]
                raise ValueError(json.loads(last)["msg"] if last.startswith("{") else last)
        else:
            nodes = list(yaml.compose_all(text, yaml.SafeLoader))
            if fence.include:
                whole = fence.include.path.read_text("utf-8")
                nodes = list(yaml.compose_all(whole, yaml.SafeLoader))
        schema = schema_of(fence, nodes)
        if schema == "kubernetes":
            kubernetes(nodes, name)
        elif schema:
            held_to(schema, whole, fence.language, nodes, name)
    except (ValueError, yaml.YAMLError) as error:
        words = " ".join(str(error).split()).replace('"<unicode string>"', name)
        raise Broken(fence, f"not valid {fence.language}: {words}") from None


def schema_of(fence: Fence, nodes: list[Any]) -> str:
    """The schema that a fence is held to: `kubernetes`, or a name that check-jsonschema knows; "" for none."""
    if schema := fence.options.get("schema"):
        return schema
    if fence.include and fence.include.path.name in COMPOSE and fence.language in {"yaml", "yml"}:
        return "vendor.compose-spec"
    for node in nodes:
        keys = {key.value for key, _ in node.value} if isinstance(node, yaml.MappingNode) else set()
        if "apiVersion" in keys or {"kind", "metadata"} <= keys:
            return "kubernetes"
    return ""


def kubernetes(nodes: list[Any], name: str) -> None:
    """Hold every document to the schema of its kind, in which nothing is allowed that is not named."""
    import kubernetes_validate as schemas  # who has no manifests need not have it

    if not nodes:
        raise ValueError(f"{name} has no document")
    for node in nodes:
        data, line = Strict("").construct_document(node), node.start_mark.line + 1
        if missing := [key for key in ("apiVersion", "kind") if not isinstance(data, dict) or not data.get(key)]:
            raise ValueError(f"{name}:{line}: a document without {' and '.join(missing)}")
        try:
            schemas.validate(data, schemas.latest_version(), strict=True)
        except schemas.SchemaNotFoundError as error:
            raise ValueError(f"{name}:{located(node, ['kind'])}: {error.message}") from None
        except schemas.ValidationError as error:
            path = list(error.absolute_path)
            where = ".".join(map(str, path))
            raise ValueError(f"{name}:{located(node, path)}: {data['kind']} {where}: {error.message}") from None


def held_to(schema: str, text: str, language: str, nodes: list[Any], name: str) -> None:
    """Have check-jsonschema read the text, and say at which lines it refuses what."""
    for node in nodes:
        Strict("").construct_document(node)
    command = ["check-jsonschema", "--output-format", "json", "--builtin-schema", schema]
    said = tool(command, text, f"fence.{language}", name)
    if said is None:
        return
    if not said.startswith("{"):
        raise ValueError(said)
    report, words = json.loads(said), []
    for error in report["errors"]:
        error = error.get("best_deep_match", error)
        path = [key or other or int(at) for key, other, at in STEP.findall(error["path"])]
        line = f"{name}:{located(nodes[0], path)}: " if nodes else ""
        words.append(f"{line}{error['path']}: {error['message']}")
    raise ValueError("; ".join(words + [error["message"] for error in report["parse_errors"]]))


STEP = re.compile(r"\.([^.\[]+)|\['(.*?)'\]|\[(\d+)\]")


def located(node: Any, path: list[str | int]) -> int:
    """The line at which a value stands, or the last thing on the way to it that there is."""
    line: int = node.start_mark.line + 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            key, node = next(((key, value) for key, value in node.value if key.value == str(step)), (None, None))
        elif isinstance(node, yaml.SequenceNode):
            key = node = node.value[int(step)]
        else:
            break
        line = key.start_mark.line + 1 if key else line
    return line


def tool(command: list[str], text: str, file: str, name: str) -> str | None:
    """What a program says that refuses `text`, which is part of `name`, as a `file`; None if it does not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, file)
        path.write_text(text, "utf-8")
        run = subprocess.run([BIN / command[0], *command[1:], path], capture_output=True, encoding="utf-8")
    said = (run.stdout if run.stdout.startswith("{") else run.stderr or run.stdout).strip()
    return said.replace(str(path), name) if run.returncode else None
