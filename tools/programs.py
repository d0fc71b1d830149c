"""How each program's app is made and served: the reader of programs.toml.

Downloads serve a program as its entry says, and the tests that put bad input
to every program make its app by `fresh`.
"""

import ast
import importlib
import os
import tempfile
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from starlette.types import ASGIApp

from tools.site import ROOT

SNIPPETS = ROOT / "snippets"
TABLE = ROOT / "tools" / "programs.toml"


@dataclass(frozen=True)
class Served:
    """How one program is started, and why one process of it is all that there may be, where that is so."""

    app: str = ""
    before: str = ""
    needs: str = ""
    command: str = ""
    one_process: str = ""


class Unknown(Exception):
    """A program that the table does not know, or knows wrongly; the message says what to write into it."""


@cache
def table() -> dict[str, Served]:
    """The entries, by the program's path in snippets/."""
    entries = tomllib.loads(TABLE.read_text("utf-8"))
    known = {field.name for field in fields(Served)}
    for name, entry in entries.items():
        if strange := entry.keys() - known:
            raise Unknown(f'tools/programs.toml, ["{name}"]: {min(strange)} is not one of {", ".join(sorted(known))}')
        if "command" not in entry:
            entry.setdefault("app", "make_app()")
    return {name: Served(**entry) for name, entry in entries.items()}


def factory(path: Path) -> ast.FunctionDef | None:
    """The `make_app` that the program defines, where it has one."""
    functions = (node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef))
    return next((node for node in functions if node.name == "make_app"), None)


def programs() -> list[Path]:
    """Each program of snippets/ that has a `make_app`."""
    return [path for path in sorted(SNIPPETS.rglob("*.py")) if factory(path)]


def served(path: Path) -> Served | None:
    """How the program is served; None for a module, which has nothing to serve.

    Raises: Unknown, where `make_app` asks for arguments and the table does not say which.
    """
    name = path.relative_to(SNIPPETS).as_posix()
    if entry := table().get(name):
        return entry
    if not (make := factory(path)):
        return None
    positional = [*make.args.posonlyargs, *make.args.args]
    asked = [arg.arg for arg in positional[: len(positional) - len(make.args.defaults)]]
    asked += [arg.arg for arg, value in zip(make.args.kwonlyargs, make.args.kw_defaults, strict=True) if not value]
    if asked:
        raise Unknown(
            f"{name} cannot be served: its make_app asks for {', '.join(asked)}. Add to tools/programs.toml, with what "
            f"is real or trivial:\n\n"
            f'["{name}"]\napp = "make_app({", ".join(f"<{arg}>" for arg in asked)})"\n'
            f'before = "from … import …"   # what this names, where the program does not import it\n'
        )
    return Served("make_app()")


def why_one_process(path: Path) -> str:
    """Why one process of this program is all that there may be; empty where that is not so."""
    entry = table().get(path.relative_to(SNIPPETS).as_posix())
    return entry.one_process if entry else ""


def others(path: Path, name: str) -> Path:
    """The program that the line of another names: of its own folder, or the only one of this name.

    Raises: LookupError, where there is none, or several.
    """
    if (beside := path.parent / name).is_file():
        return beside
    found = [*SNIPPETS.rglob(name)]
    if len(found) != 1:
        raise LookupError(f"{path.name}: {name} is the name of {len(found)} programs")
    return found[0]


def fresh(path: Path, folder: Path | None = None) -> ASGIApp:
    """A new app of this program, as a download would serve it; its files lie in `folder`, or in a new one.

    The app is made, not started: run its lifespan (`with TestClient(fresh(path))`), which some need.

    Raises: Unknown, where the table has no way to make it.
    """
    name = path.relative_to(SNIPPETS).as_posix()
    entry = served(path)
    if not entry or not entry.app:
        raise Unknown(f"{name} has no app to serve")
    module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
    namespace: dict[str, Any] = {**vars(module)}
    before = os.getcwd()
    os.chdir(folder or tempfile.mkdtemp(prefix="program-"))
    try:
        with mock.patch.dict(os.environ):
            exec(compile(entry.before, str(TABLE), "exec"), namespace)  # noqa: S102
            app: ASGIApp = eval(entry.app, namespace)  # noqa: S307
    except Exception as error:
        raise Unknown(
            f"{name} is not made by its entry in tools/programs.toml: {type(error).__name__}: {error}. "
            f'Mend ["{name}"] there: `before`, then `app`, run in the program\'s own namespace'
        ) from error
    finally:
        os.chdir(before)
    return app
