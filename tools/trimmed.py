"""Compile the libraries for the browser; this runs in Pyodide itself, see compile.mjs.

Each `/build/in/NAME.zip` of sources becomes `/build/out/NAME.zip` of hash-based
`.pyc` without docstrings. Of the standard library only what Starlette and
ordinary programs import is kept; the rest is fetched when it is asked for.
"""

import ast
import importlib._bootstrap_external as external
import importlib.util
import io
import re
import sys
import zipfile
from pathlib import Path

IN, OUT = Path("/build/in"), Path("/build/out")
MOUNTED = {"stdlib": "/lib/python314.zip/"}  # where the browser has them; all others: /lib/NAME.zip/
READ_THEMSELVES = {"anyio/__init__.py", "anyio/abc/__init__.py"}  # to import lazily they parse their own source

# Besides what the packages import when they are imported: what a block may well import.
KEPT = set(
    """
    _ast_unparse _collections_abc _colorize _compat_pickle _pydatetime _pydecimal _pylong _pyodide _strptime
    _threading_local _weakrefset abc annotationlib argparse ast asyncio base64 bisect bz2 calendar codecs
    collections colorsys compression concurrent configparser contextlib contextvars copy copyreg csv dataclasses
    datetime decimal difflib dis doctest email enum fnmatch fractions functools gc genericpath getpass gettext
    glob graphlib gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json keyword
    linecache locale logging lzma mimetypes ntpath numbers opcode operator os pathlib pickle pkgutil platform
    posixpath pprint pyodide queue random re reprlib runpy sched secrets select selectors shlex shutil signal
    socket sqlite3 ssl stat statistics string struct subprocess sysconfig tempfile textwrap threading time
    timeit token tokenize tomllib traceback types typing unittest urllib uuid warnings weakref zipfile zipimport
    zoneinfo
    """.split()  # noqa: SIM905
)
DROPPED = ("asyncio.windows", "http.server", "email.mime", "sqlite3.__main__", "sqlite3.dump", "json.tool")
ENCODINGS = set(
    "aliases ascii base64_codec cp1252 hex_codec idna iso8859_1 latin_1 punycode utf_16 utf_8 utf_8_sig".split()  # noqa: SIM905
)


LEXERS = re.compile(
    r"pygments/lexers/(?!__init__|_mapping|python|special|shell|data|diff)"
)  # hundreds that no page needs


def used() -> set[str]:
    """The modules that Starlette's client and this site's runner have imported."""
    sys.path.append(str(IN / "packages.zip"))
    import starlette.middleware.sessions
    import starlette.staticfiles
    import starlette.testclient
    import starlette.websockets  # noqa: F401

    return set(sys.modules)


def wanted(name: str, imported: set[str]) -> bool:
    """Whether a file of the standard library comes with the first download."""
    module = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    top, _, rest = module.partition(".")
    if module in imported or top == "encodings":
        return module in imported or rest in ENCODINGS
    return top in KEPT and not module.startswith(DROPPED)


def without_docstrings(source: bytes) -> ast.Module:
    """The tree of a module in which no one has a docstring."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(ast.Constant(str())) as doc, *rest]:
                    node.body = rest or ([] if isinstance(node, ast.Module) else [ast.copy_location(ast.Pass(), doc)])
    return tree


def compiled(source: Path, imported: set[str]) -> bytes:
    """The zip of compiled files for a zip of sources."""
    prefix, buffer = MOUNTED.get(source.stem, f"/lib/{source.name}/"), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            trimmed = source.stem == "stdlib" and name.endswith(".py") and not wanted(name, imported)
            if trimmed or name.endswith("/") or LEXERS.match(name):
                continue
            if name.endswith(".py"):
                code = compile(without_docstrings(data), prefix + name, "exec", dont_inherit=True)
                pyc = external._code_to_hash_pyc(code, importlib.util.source_hash(data), False)  # type: ignore[attr-defined]
                new.writestr(zipfile.ZipInfo(name + "c"), pyc, zipfile.ZIP_DEFLATED)
            if not name.endswith(".py") or name in READ_THEMSELVES:
                new.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


IMPORTED = used() if (IN / "stdlib.zip").exists() else set()
for path in sorted(IN.glob("*.zip")):
    (OUT / path.name).write_bytes(compiled(path, IMPORTED))
