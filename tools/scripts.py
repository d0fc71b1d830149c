"""A page's Python blocks as one script that runs alone, from the top down to any of them.

The blocks stand in the order of the page, a program that the page includes
among them. A block that awaits becomes a coroutine that is run where it
stands, on one event loop for the whole script, as the page does it.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import io
import re
import symtable
import textwrap
import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fenceproof import Fence
from fenceproof.fence import PYTHON

from tools.site import ROOT, read

SNIPPETS = ROOT / "snippets"
BUILTIN = {*dir(builtins), "__name__", "__file__"}
OF_ITS_FILE = re.compile(
    r"__(?:file__|name__ ==|future__)"
)  # a program that asks for itself, so it is run from its file
INCLUDE = '''
def include(name):
    """Run a program where it stands on the page: it is not the one that was started."""
    path = Path(__file__).parent / name
    code = compile(path.read_text("utf-8"), str(path), "exec")
    mine = {"__file__": __file__, "__name__": __name__}
    globals().update(__file__=str(path), __name__="page")
    try:
        exec(code, globals())
    finally:
        globals().update(mine)
'''


@dataclass(frozen=True)
class Block:
    """A Python block of a page: its number from 1, its code, and what the page shows that it prints and raises."""

    number: int
    fence: Fence
    code: str
    output: str | None
    error: str | None

    @property
    def program(self) -> Path | None:
        """The file of snippets/ that it includes whole, where it does."""
        include = self.fence.include
        whole = include and include.path.is_relative_to(SNIPPETS) and include.text == include.path.read_text("utf-8")
        return include.path if include and whole else None

    @property
    def name(self) -> str:
        """What it is called in the script."""
        return self.fence.id or (self.fence.include.path.name if self.fence.include else "")


def blocks_of(path: Path) -> list[Block]:
    """The Python blocks of a page that run, with what belongs to each."""
    programs = tuple(file.stat().st_mtime_ns for file in sorted(SNIPPETS.rglob("*.py")))
    return read_blocks(path, path.stat().st_mtime_ns, programs)


@cache
def read_blocks(path: Path, changed: int, programs: tuple[int, ...]) -> list[Block]:
    """The blocks, read again when the page or a program has changed."""
    found: list[Block] = []
    said: dict[str, str] = {}
    for fence in reversed(read(path)):
        if fence.role in {"output", "error"}:
            said[fence.role] = fence.source.text
            continue
        if fence.role == "executed" and fence.language in PYTHON:
            found.append(Block(0, fence, fence.source.text, said.get("output"), said.get("error")))
        said = {}
    ordered = enumerate(reversed(found), 1)
    return [Block(number, block.fence, block.code, block.output, block.error) for number, block in ordered]


# -- what a block needs --------------------------------------------------------


def parsed(code: str) -> ast.Module:
    """The tree of a block, which may await at its top."""
    tree: ast.Module = compile(code, "block", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
    return tree


def awaits(code: str) -> bool:
    """Whether the block awaits at its top."""
    compiled = compile(code, "block", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return bool(compiled.co_flags & inspect.CO_COROUTINE)


def bound(nodes: list[ast.AST]) -> set[str]:
    """The names that these statements bind in their own scope."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
        if not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            names |= bound([*ast.iter_child_nodes(node)])
    return names


def global_names(code: str) -> set[str]:
    """The names that the block asks for and binds nowhere."""
    inside = symtable.symtable(f"async def block():\n{indented(code)}", "block", "exec")
    waiting, found = inside.get_children(), set[str]()
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        found |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return found


class Early(ast.NodeVisitor):
    """The names that are read before they are bound, as the block runs from its top."""

    def __init__(self) -> None:
        self.have, self.early = set(BUILTIN), set[str]()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.early |= {node.id} - self.have
        self.have.add(node.id)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.early |= {node.target.id} - self.have
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for part in (node.value, *node.targets):
            self.visit(part)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        for part in (node.iter, node.target, *node.body, *node.orelse):
            self.visit(part)

    visit_AsyncFor = visit_For

    def inner(self, node: ast.AST) -> None:
        """A scope of its own: its names are looked up when it runs, and `global_names` sees to them."""
        self.have |= bound([node])

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = inner
    visit_Lambda = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = inner

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.have |= bound([node])

    visit_ImportFrom = visit_Import


@cache
def needs_above(code: str) -> frozenset[str]:
    """The names that the block takes from the blocks above it."""
    early = Early()
    early.visit(parsed(code))
    return frozenset((global_names(code) | early.early) - BUILTIN)


# -- the script ----------------------------------------------------------------


def indented(code: str) -> str:
    """The code four columns to the right, but for the lines that begin within a string."""
    inside: set[int] = set()
    starts = {getattr(tokenize, name, -1): name for name in ("FSTRING_START", "TSTRING_START")}
    ends = {getattr(tokenize, name, -1) for name in ("FSTRING_END", "TSTRING_END")} - {-1}
    opened: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.STRING:
            inside |= {*range(token.start[0] + 1, token.end[0] + 1)}
        elif token.type in starts and token.type != -1:
            opened.append(token.start[0])
        elif token.type in ends:
            inside |= {*range(opened.pop() + 1, token.end[0] + 1)}
    lines = enumerate(code.split("\n"), 1)
    return "\n".join(line if number in inside or not line else f"    {line}" for number, line in lines)


def cell(block: Block) -> str:
    """One block as it stands in a script."""
    code = block.code.strip("\n").replace('"snippets/', '"')  # whose folders lie beside the script
    include = block.fence.include
    if include and OF_ITS_FILE.search(code):
        base = SNIPPETS if include.path.is_relative_to(SNIPPETS) else ROOT
        code = f'include("{include.path.relative_to(base).as_posix()}")'
    elif awaits(code):
        names = sorted(bound([*ast.iter_child_nodes(parsed(code))]))
        shared = textwrap.fill(f"global {', '.join(names)}", 10_000) if names else ""
        lines = textwrap.wrap(shared, 76, break_long_words=False, break_on_hyphens=False)
        head = " \\\n        ".join(lines)
        body = f"    {head}\n\n{indented(code)}" if names else indented(code)
        code = f"async def block_{block.number}():\n{body}\n\n\nLOOP.run(block_{block.number}(), context=CONTEXT)"
    if block.error is not None:
        code = (
            f"try:\n{indented(code)}\nexcept Exception as raised:\n"
            f'    print("".join(format_exception_only(raised)), end="")\n'
            f'else:\n    raise AssertionError("the page shows that this raises")'
        )
    title = f" {block.name}" if block.name else ""
    return f"# %% {block.number}{title}\n{code}\n"


def script(blocks: list[Block], head: str) -> str:
    """The blocks as one program, under its head."""
    cells = [cell(block) for block in blocks]
    whole = "\n".join(cells)
    above = []
    if "LOOP.run(" in whole:
        above += ["import asyncio", "import contextvars"]
    if "format_exception_only(raised)" in whole:
        above.append("from traceback import format_exception_only")
    if re.search(r"^ *include\(", whole, re.M):
        above += ["from pathlib import Path", *INCLUDE.rstrip().split("\n")]
    if "LOOP.run(" in whole:
        above += [
            "",
            "LOOP = asyncio.Runner()  # one for all blocks, as on the page",
            "CONTEXT = contextvars.copy_context()",
        ]
    start = "\n".join(above)
    return f"{head}{start}\n\n{whole}" if start else f"{head}{whole}"
