"""Data on a page: the real parser accepts it, and where there is a schema it fits."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from fenceproof import Site
from fenceproof.data.program import EXTRAS
from fenceproof.zygote import Zygote

Write = Callable[[str, str], Path]
Failures = Callable[[str], list[str]]


@pytest.fixture
def failures(own_site: Site, zygote: Zygote) -> Failures:
    """What is wrong with the fences of a page, given its text."""

    own_site.zygote = zygote

    def found(text: str) -> list[str]:
        path = own_site.config.docs / "page.md"
        path.write_text(text, "utf-8")
        page = own_site.page(path)
        with page.running() as run:
            results = [run.result(fence) for fence in page.fences]
        return [f"{result.fence.where}: {result.problem}" for result in results if not result.ok]

    return found


@pytest.fixture
def snippets(write: Write) -> Write:
    """Write a file that pages can include."""
    return lambda name, text: write(f"snippets/{name}", text)


@pytest.mark.parametrize(
    ("language", "good", "bad", "said"),
    [
        ("json", '{"a": [1]}', '{\n"a": }', "line 5 column 6"),
        ("json", '"a"', "NaN", "NaN"),
        ("toml", "a = 1", "a = 1\nb =", "line 5, column 4"),
        ("toml", "a = 1", "a = 1\na = 2", "Cannot overwrite a value (at line 5, column 6)"),
        ("yaml", "a: [1]\n---\nb: !!python/name:x.y", "a: 1\nb: [", 'docs/page.md, line 6, column 1'),
        ("caddyfile", ":80 {\n\trespond a\n}", ":80 {\n\trespnd a\n}", "docs/page.md:5: unrecognized directive"),
        ('yaml schema="vendor.github-workflows"', "on: push\njobs: {a: {runs-on: x, steps: [{run: a}]}}",
         "on: push\njobs:\n  a: 1", "docs/page.md:6: $.jobs.a: 1 is not of type 'object'"),
        ("caddyfile", ":80 {\n\t@a path_regexp a\n\trespond @a a\n}", ":80 {\n\t@a path_regexp (\n\trespond @a a\n}",
         "missing closing )"),
        ('yaml schema="vendor.nope"', None, "a: 1", "vendor.nope"),
    ],
)  # fmt: skip
def test_data_is_valid(
    failures: Failures, language: str, good: str | None, bad: str, said: str
) -> None:
    if good:
        assert failures(f"a\n\n```{language}\n{good}\n```\n") == []
    (failure,) = failures(f"a\n\n```{language}\n{bad}\n```\n")
    assert failure.startswith(f"docs/page.md:3: not valid {language.split()[0]}: ")
    assert said in failure
    assert "\n" not in failure


def test_data_in_a_file_is_named_by_its_file(failures: Failures, snippets: Write) -> None:
    snippets("a.yaml", "# --8<-- [start:a]\na: 1\nb: [\n# --8<-- [end:a]\n")
    (failure,) = failures('```yaml\n--8<-- "a.yaml:a"\n```\n')
    assert "in snippets/a.yaml, line 4" in failure


MANIFEST = """\
apiVersion: v1
kind: Service
metadata: {name: store}
spec: {ports: [{port: 6379}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: shop:1
"""
SERVICES = """\
services:
  store:
    image: valkey:9
  web:
    image: shop:1
    depends_on:
      store: {condition: service_healthy}
"""


def assert_refused(found: list[str], said: str, name: str, line: int) -> None:
    """Its one fence is, with these words, and at this line of the file, unless that is 0."""
    (failure,) = found
    assert failure.startswith("docs/page.md:1: not valid yaml: ")
    assert said in failure
    assert not line or f"{name}:{line}:" in failure or f"{name}, line {line}," in failure, failure


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "image: shop:1",
            "imgae: shop:1",
            15,
            "containers.0: Additional properties are not allowed ('imgae' was",
        ),
        (
            "image: shop:1",
            "image: 1",
            16,
            "Deployment spec.template.spec.containers.0.image: 1 is not of type",
        ),
        (
            "  selector: {matchLabels: {app: web}}\n",
            "",
            9,
            "Deployment spec: 'selector' is a required property",
        ),
        (
            "kind: Deployment",
            "kind: Deploymnet",
            7,
            "Couldn't find schema for kind Deploymnet with api version apps/v1",
        ),
        ("kind: Deployment", "kind: deployment", 7, "'deployment' is not one of"),
        ("kind: Deployment\n", "", 6, "a document without kind"),
        ("apiVersion: apps/v1\n", "", 6, "a document without apiVersion"),
        ("apiVersion: apps/v1", "apiVersion: apps/v1beta1", 7, "api version apps/v1beta1"),
        ("---\n", "---\n# nothing\n---\n", 7, "a document without apiVersion and kind"),
        ("metadata: {name: web}\n", "metadata: {name: web}\nkind: Job\n", 9, "a second 'kind'"),
        (
            "          image: shop:1",
            "         image: shop:1",
            16,
            "while parsing a block collection",
        ),
    ],
    ids=lambda value: "" if isinstance(value, int) else value.strip()[:20],
)
def test_a_manifest_is_held_to_the_schema_of_its_kind(
    failures: Failures, snippets: Write, old: str, new: str, line: int, said: str
) -> None:
    snippets("web.yaml", MANIFEST)
    shown, text = '```yaml\n--8<-- "web.yaml"\n```\n', f"```yaml\n{MANIFEST}```\n"
    assert failures(shown) == failures(text) == []
    assert MANIFEST.count(old) == 1
    snippets("web.yaml", MANIFEST.replace(old, new))
    assert_refused(failures(shown), said, "snippets/web.yaml", line)
    assert_refused(failures(text.replace(old, new)), said, "docs/page.md", line + 1)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "image: shop:1",
            "imgae: shop:1",
            4,
            "$.services.web: Unevaluated properties are not allowed ('imgae' was",
        ),
        (
            "image: shop:1",
            "image: [shop]",
            5,
            "$.services.web.image: ['shop'] is not of type 'string'",
        ),
        (
            "service_healthy",
            "service_helthy",
            7,
            "'service_helthy' is not one of ['service_started'",
        ),
        ("services:", "service:", 1, "'service' does not match any of the regexes"),
        ("    image: shop:1\n", "    image: shop:1\n    image: shop:2\n", 6, "a second 'image'"),
        ("    image: shop:1", "   image: shop:1", 6, "mapping values are not allowed"),
        (SERVICES, "# nothing\n", 0, "$: None is not of type 'object'"),
    ],
    ids=lambda value: "" if isinstance(value, int) else value.strip()[:20],
)
def test_a_compose_file_is_held_to_the_schema_of_compose(
    failures: Failures, snippets: Write, old: str, new: str, line: int, said: str
) -> None:
    snippets("compose.yaml", SERVICES)
    shown = '```yaml\n--8<-- "compose.yaml"\n```\n'
    assert failures(shown) == []
    snippets("compose.yaml", SERVICES.replace(old, new))
    assert_refused(failures(shown), said, "snippets/compose.yaml", line)
    bare = f'```yaml schema="vendor.compose-spec"\n{SERVICES.replace(old, new)}```\n'
    assert_refused(failures(bare), said, "docs/page.md", line and line + 1)


def test_a_refusal_without_a_word_is_a_refusal(
    failures: Failures, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("caddy", "check-jsonschema"):
        (tmp_path / name).symlink_to(shutil.which("false") or "")
    monkeypatch.setattr("fenceproof.data.program.sys.executable", str(tmp_path / "python"))
    for fence in (
        "```caddyfile\n:80\n```\n",
        '```yaml schema="vendor.compose-spec"\nservices: {}\n```\n',
    ):
        assert len(failures(fence)) == 1


def test_a_section_is_held_to_the_schema_with_its_file(failures: Failures, snippets: Write) -> None:
    text = SERVICES.replace("  web:", "  # --8<-- [start:web]\n  web:") + "  # --8<-- [end:web]\n"
    snippets("compose.yaml", text)
    shown = '```yaml\n--8<-- "compose.yaml:web"\n```\n'
    assert failures(shown) == []
    snippets("compose.yaml", text.replace("valkey:9", "9"))
    (failure,) = failures(shown)
    assert "snippets/compose.yaml:3: $.services.store.image: 9 is not of type 'string'" in failure


def test_what_is_only_yaml_is_only_parsed(failures: Failures) -> None:
    for text in (
        "kind: tea",
        "- apiVersion: 1",
        "# nothing",
        "services: 1\nimage: a",
        "metadata: {}",
    ):
        assert failures(f"```yaml\n{text}\n```\n") == []
    (failure,) = failures('```yaml schema="kubernetes"\n# nothing\n```\n')
    assert failure == "docs/page.md:1: not valid yaml: docs/page.md has no document"
    (failure,) = failures('```yaml schema="kubernetes"\nkind: Service\n```\n')
    assert (
        failure == "docs/page.md:1: not valid yaml: docs/page.md:2: a document without apiVersion"
    )


TWICE = {
    "json": '{"a": {"b": 1, "b": 2}}',
    "yaml": "a:\n  - {b: 1, b: 2}",
    "toml": "[a]\nb = 1\nb = 2",
}


@pytest.mark.parametrize(("language", "text"), TWICE.items(), ids=TWICE)
def test_a_key_stands_once(language: str, text: str, failures: Failures) -> None:
    (failure,) = failures(f"```{language}\n{text}\n```\n")
    assert failure.startswith(f"docs/page.md:1: not valid {language}: ")
    assert "second 'b'" in failure or "Cannot overwrite a value" in failure


def test_keys_that_are_merged_may_be_given_anew(failures: Failures) -> None:
    text = "base: &base {a: 1}\nmore: &more {b: 1}\nboth:\n  <<: *base\n  <<: *more\n  a: 2"
    assert failures(f"```yaml\n{text}\n```\n") == []


INLINE = {
    "its keys": "```yaml\nservices: 1\n```\n",
    "its title": '```yaml title="shop/compose.yaml"\nservice: {}\n```\n',
}


@pytest.mark.parametrize("page", INLINE.values(), ids=INLINE)
def test_a_compose_file_on_the_page_is_known_by(page: str, failures: Failures) -> None:
    (failure,) = failures(page)
    assert failure.startswith("docs/page.md:1: not valid yaml: docs/page.md:2: ")


def test_what_a_check_needs_is_named(failures: Failures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *given, **more: None)
    assert failures("```caddyfile\n:80\n```\n") == [
        "docs/page.md:1: not valid caddyfile: caddy is not there to read it: "
        'pip install "fenceproof[caddy]"'
    ]
    monkeypatch.setattr("fenceproof.data.schemas.find_spec", lambda name: None)
    (failure,) = failures("```yaml\nservices: {}\n```\n")
    assert failure.endswith('pip install "fenceproof[compose]"')
    monkeypatch.setitem(sys.modules, "kubernetes_validate", None)
    (failure,) = failures("```yaml\nkind: Service\nmetadata: {}\n```\n")
    assert failure.endswith('pip install "fenceproof[kubernetes]"')


def test_a_schema_that_is_not_known_has_others_near_it(failures: Failures) -> None:
    (failure,) = failures('```yaml schema="vendor.compose"\na: 1\n```\n')
    assert "the schema vendor.compose is not known: use one like vendor.compose-spec" in failure


def test_each_extra_that_a_message_names_is_one_of_the_package() -> None:
    package = Path(__file__).parent.parent
    sources = (package / "src/fenceproof/data").glob("*.py")
    text = "\n".join(source.read_text("utf-8") for source in sources)
    named = set(re.findall(r"fenceproof\[(\w+)\]", text)) | set(EXTRAS.values())
    table = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))
    assert named == set(table["project"]["optional-dependencies"])


REFUSED = {
    "```yaml\n\ufeffa: 1\n```\n": "docs/page.md has a byte order mark, which nobody sees: take it out",
    '```caddyfile schema="kubernetes"\n:80\n```\n': "Caddy itself reads a Caddyfile: drop schema=",
    "```yaml\napiVersion: 1\nkind: Service\n```\n": "docs/page.md:2: apiVersion is not a text",
    "```yaml\napiVersion: v1\nkind: [a]\n```\n": "docs/page.md:3: kind is not a text",
    '```yaml title="compose.prod.yaml"\nservices: 1\n```\n': "docs/page.md:2: $.services: 1 is not of type 'object'",
    "```yaml\na: !!timestamp x\n```\n": "docs/page.md has a value that does not fit its tag: change one of them",
}


@pytest.mark.parametrize(("page", "said"), REFUSED.items())
def test_data_is_refused(page: str, said: str, failures: Failures) -> None:
    (failure,) = failures(page)
    language = page[3:].split()[0]
    assert failure == f"docs/page.md:1: not valid {language}: {said}"
