"""What a program keeps in its own process, found by asking each of its routes; and what its page says of that."""

import re
import sys
from collections import deque
from collections.abc import Iterator
from html import escape
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import pytest
from markdown import Markdown
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from stateless.web_servers.bearer import digest
from testbed import Cluster
from tools import programs
from tools.programs import SNIPPETS, fresh, others, table
from tools.render import accept, draw
from tools.site import DOCS, read

HEADERS = {"Authorization": "Bearer a-token", "Idempotency-Key": '"k"', "Sec-Fetch-Site": "same-origin"}
NO_MATTER = {
    "hybrid/many_machines/web.py": "its store is Valkey, which is not there",
    "stateless/cold_fleet/texts.py": "a memo of what never changes",
}
CHECKED = {
    "stateless/no_stored_data/price_table.py": "its memo is compared with the file before each use",
}
UNSEEN = {
    "start/what_state_is/charge.py": "its answers are equal, its ledgers are not",
    "stateless/idempotent/payments.py": "its answers are equal: the page counts the charges",
    "stateful/carts_and_preferences/shared_cart.py": "its links are not followed here: they are by the page",
}


def shown(fault: bool) -> set[str]:
    """The programs that a page shows as wrong on purpose, or as they should be."""
    found = set()
    for page in sorted(DOCS.rglob("*.md")):
        for fence in read(page):
            if fence.include and fence.include.path.is_relative_to(SNIPPETS) and ("breaks" in fence.classes) == fault:
                found.add(fence.include.path.relative_to(SNIPPETS).as_posix())
    return found


def plain(value: Any, seen: frozenset[int] = frozenset()) -> Any:
    """What a value holds, as far as it was made here: containers, and objects of the programs' own classes."""
    if id(value) in seen:
        return "again"
    seen |= {id(value)}
    if isinstance(value, dict):
        return [(repr(key), plain(one, seen)) for key, one in value.items()]
    if isinstance(value, list | tuple | set | frozenset | deque):
        return [plain(one, seen) for one in value]
    if type(value).__module__ in OWN and hasattr(value, "__dict__"):
        return plain(vars(value), seen)
    return repr(value) if isinstance(value, str | bytes | int | float | None) else type(value).__name__


OWN = {path.relative_to(SNIPPETS).as_posix().removesuffix(".py").replace("/", ".") for path in SNIPPETS.rglob("*.py")}


def layers(app: ASGIApp | None) -> list[Any]:
    """The app, and those that it wraps."""
    found = []
    while app is not None and app not in found:
        found.append(app)
        app = getattr(app, "app", None)
    return found


def held(app: ASGIApp, name: str) -> Any:
    """All that lives in this process and may be written: the app's state, its objects, its module's names."""
    module = vars(sys.modules[name.removesuffix(".py").replace("/", ".")])
    own = {key: value for key, value in module.items() if not key.startswith("__") and not callable(value)}
    states = [layer.state._state for layer in layers(app) if isinstance(layer, Starlette)]
    return plain([states, [layer for layer in layers(app) if not isinstance(layer, Starlette)], own])


WORDS = ("ada", "tray", "1", "tea"), ("dark",)


def calls(app: Starlette, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each route by each of its methods, with the names and numbers that the programs know."""
    for word in words:
        for route in app.routes:
            if isinstance(route, Route):
                path = route.path
                for name in route.param_convertors:
                    path = path.replace("{" + name + "}", word)
                yield from ((method, path) for method in sorted(route.methods or [], reverse=True))


def of_ada(name: str, folder: Path) -> tuple[ASGIApp, Starlette]:
    """A process of the program, to which Ada is known; and the app in it that has the routes."""
    with mock.patch("secrets.token_hex", return_value="ab" * 32):
        app = fresh(SNIPPETS / name, folder)
    inner = [layer for layer in layers(app) if isinstance(layer, Starlette)][-1]
    if owners := getattr(inner.state, "owners", None):
        owners[digest("a-token")] = "Ada"
    return app, inner


def kept(name: str, folder: Path) -> bool:
    """Whether a request changes what this process alone has."""
    app, inner = of_ada(name, folder)
    with TestClient(app, base_url="https://shop.example", raise_server_exceptions=False, headers=HEADERS) as client:
        before = held(app, name)
        for method, path in [call for words in WORDS for call in calls(inner, words)]:
            client.request(method, path, json=["tea"] if method in {"PUT", "POST"} else None)
            if held(app, name) != before:
                return True
    return False


NAMES = [path.relative_to(SNIPPETS).as_posix() for path in programs.programs()]
FAULTY = shown(fault=True)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NO_MATTER])
def test_a_program_that_keeps_something_in_its_process_says_so(name: str, tmp_path: Path) -> None:
    entry = table().get(name)
    if name not in FAULTY | CHECKED.keys():
        assert kept(name, tmp_path) == bool(entry and entry.one_process), (
            f'tools/programs.toml, ["{name}"]: one_process says what it keeps in its process alone, and what to use '
            f"across processes; it is there if and only if a request changes what this process has"
        )


def told(name: str, folder: Path, replicas: int, seed: int = 1) -> list[tuple[str, int, str]]:
    """What a client gets from so many processes, all calls thrice; names by chance are left out."""
    folder.mkdir()
    apps = [of_ada(name, folder) for _ in range(replicas)]
    left = [app for app, _ in apps]
    random = Random(seed)
    cluster = Cluster(lambda: left.pop(0), replicas, lambda _, up: random.choice(up))
    asked = [call for words in WORDS for call in [*calls(apps[0][1], words)] * 3]
    answers = []
    with TestClient(cluster, base_url="https://shop.example", raise_server_exceptions=False, headers=HEADERS) as client:
        for method, path in asked:
            reply = client.request(method, path, json=["tea"] if method in {"PUT", "POST"} else None)
            answers.append((f"{method} {path}", reply.status_code, re.sub(r"[\w-]{40,}", "", reply.text)))
    return answers


@pytest.mark.parametrize("name", [name for name in NAMES if name not in FAULTY | NO_MATTER.keys() | UNSEEN.keys()])
def test_a_second_process_is_seen_where_the_line_says_so_and_nowhere_else(name: str, tmp_path: Path) -> None:
    one = told(name, tmp_path / "one", 1)
    differs = any(told(name, tmp_path / f"two-{seed}", 2, seed) != one for seed in (1, 2, 3))
    entry = table().get(name)
    assert differs == bool(entry and entry.one_process)


def test_the_page_says_it_above_the_program() -> None:
    markdown = Markdown(
        extensions=["pymdownx.superfences"],
        extension_configs={
            "pymdownx.superfences": {"custom_fences": [{"name": "*", "class": "", "validator": accept, "format": draw}]}
        },
    )
    said = [entry.one_process for entry in table().values() if entry.one_process]
    for name in sorted(shown(fault=False)):
        entry = table().get(name)
        why = entry.one_process if entry else ""
        html = markdown.convert(f"```python\n{(SNIPPETS / name).read_text('utf-8')}```\n")
        assert ("Holds in one process only" in html) == bool(why), name
        assert escape(why) in html
    assert said


def test_each_line_names_a_program_that_holds_across_processes() -> None:
    for name, entry in table().items():
        if entry.one_process:
            told = entry.one_process.partition("Across processes:")[2]
            found = [others(SNIPPETS / name, word) for word in re.findall(r"[a-z_]+\.py", told)]
            assert found, f'["{name}"] names no program for several processes'
            for path in found:
                other = table().get(path.relative_to(SNIPPETS).as_posix())
                assert not (other and other.one_process), (
                    f'["{name}"] names {path.name}, which holds in one process too'
                )


def test_a_name_that_several_programs_have_is_not_guessed() -> None:
    with pytest.raises(LookupError, match=r"shop\.py is the name of 3 programs"):
        others(SNIPPETS / "start/what_state_is/cart.py", "shop.py")
