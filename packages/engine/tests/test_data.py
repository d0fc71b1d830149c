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
            "Kubernetes has no kind Deploymnet in apps/v1: near it are deployment-apps-v1",
        ),
        ("kind: Deployment", "kind: deployment", 7, "'deployment' is not one of"),
        ("kind: Deployment\n", "", 6, "a document without kind"),
        ("apiVersion: apps/v1\n", "", 6, "a document without apiVersion"),
        (
            "apiVersion: apps/v1",
            "apiVersion: apps/v1beta1",
            7,
            "Kubernetes has no kind Deployment in apps/v1beta1",
        ),
        ("---\n", "---\n# nothing\n---\n", 7, "a document with nothing in it: take its `---` out"),
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
    text = "base: &base {a: 1}\nmore: &more {b: 1}\nboth:\n  <<: [*base, *more]\n  a: 2"
    assert failures(f"```yaml\n{text}\n```\n") == []
    text = "base: &base {a: 1}\nboth:\n  <<: *base\n  <<: *base\n"
    (failure,) = failures(f"```yaml\n{text}```\n")
    said = "not valid yaml: a second '<<': merge a list, <<: [*one, *other] in docs/page.md, line 5"
    assert failure.startswith(f"docs/page.md:1: {said}, column 3: ")


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


KIND = "apiVersion: v1\nkind: {}\nmetadata: {name: shop}\n"
NO_SCHEMA = 'of a resource of your own there is no schema here: mark the fence .not-run reason="…"'
LIST = "```yaml\napiVersion: v1\nkind: List\nitems:\n- {}\n```\n"
REFUSED = {
    "```yaml\na: 1\n---\n---\nb: 1\n```\n": "docs/page.md:4: a document with nothing in it: take its `---` out",
    "```yaml\na: 1\n---\n```\n": "docs/page.md:4: a document with nothing in it: take its `---` out",
    "```yaml\na: &a\n  b: {c: [*a]}\n```\n": "docs/page.md:3: *a stands in what it is: write what it is to be",
    "```yaml\nservices: {a: {image: a}}\n---\nservices: {a: {imgae: a}}\n```\n": "docs/page.md:4: $.services.a: Unevaluated properties are not allowed ('imgae' was unexpected)",
    '```yaml title="compose.yaml"\nservices: {}\n---\nservice: {}\n```\n': "docs/page.md:4: $: 'service' does not match any of the regexes: '^x-'",
    LIST.format("{kind: Service}"): "docs/page.md:5: an item without apiVersion",
    LIST.format(
        "{apiVersion: v1, kind: Service, spec: {prots: []}}"
    ): "docs/page.md:5: Service spec: Additional properties are not allowed ('prots' was unexpected)",
    LIST.format(
        "{apiVersion: v1, kind: Servce}"
    ): f"docs/page.md:5: Kubernetes has no kind Servce in v1: near it are service-v1; {NO_SCHEMA}",
    "```yaml\napiVersion: v1\nkind: List\n```\n": "docs/page.md:2: a List without items",
    f"```yaml\n{KIND.replace('{}', 'Tea').replace('v1', 'tea.example/v1')}```\n": f"docs/page.md:3: Kubernetes has no kind Tea in tea.example/v1: none is near it; {NO_SCHEMA}",
    '```json\n{"a": 1,\n\t"b": {"c": 1, "c": 2}}\n```\n': "docs/page.md:3: a second 'c': a key stands once",
    '```json\n{"apiVersion": "v1", "metadata": {},\n"kind": "Service", "spec": 1}\n```\n': "docs/page.md:3: Service spec: 1 is not of type 'object', 'null'",
    '```yaml schema="kubernets"\na: 1\n```\n': "the schema kubernets is not known: use one like kubernetes",
    '```toml schema="kubernetes"\na = 1\n```\n': "docs/page.md: a document without apiVersion and kind",
    "```caddyfile\n:80\n(a) {\n\tnonsense\n}\n```\n": "docs/page.md:3: Caddy reads a snippet where it is imported, and (a) is not: import it in a site",
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


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        *[(text, "True") for text in ("yes", "on", "y", "True")],
        *[(text, "False") for text in ("no", "OFF", "n", "false")],
        ("1e3", "1000.0"), ("123e4", "1230000.0"), ("+1", "1"), ("0o17", "15"), ("017", "15"),
        ("0x1F", "31"), ("-0b11", "-3"), ("1_000", "1000"), ("08", "8.0"), (".5", "0.5"), ("!!int 1", "1"),
    ],
)  # fmt: skip
def test_a_value_is_what_kubernetes_takes_it_for(
    value: str, taken: str, failures: Failures
) -> None:
    page = f"```yaml\n{KIND.replace('{}', 'ConfigMap')}data:\n  a: VALUE\n```\n"
    (failure,) = failures(page.replace("VALUE", value))
    said = f"ConfigMap data.a: {taken} is not of type 'string', 'null'"
    assert failure == f"docs/page.md:1: not valid yaml: docs/page.md:6: {said}"
    assert failures(page.replace("VALUE", f'"{value}"')) == []


def test_what_other_readers_of_yaml_take_for_a_number_is_a_text(failures: Failures) -> None:
    page = f"```yaml\n{KIND.replace('{}', 'ConfigMap')}data:\n  a: VALUE\n```\n"
    for value in ("22:22", "2026-11-26", "2026-11-26T10:00:00Z", "1e", "0b2", "yEs", "~", "1.2.3"):
        assert failures(page.replace("VALUE", value)) == []


def test_several_documents_are_held_to_the_schema(failures: Failures) -> None:
    assert failures("```yaml\nservices: {a: {image: a}}\n---\nservices: {}\n```\n") == []
    items = "{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}]}}"
    assert failures(LIST.format(items)) == []
    assert failures("```yaml\n# a comment\n---\na: &a 1\n---\nb: &a [1]\nc: *a\n```\n") == []


def test_a_schema_that_nothing_is_like_has_all_names(failures: Failures) -> None:
    (failure,) = failures('```yaml schema="k8s"\na: 1\n```\n')
    known = "the schema k8s is not known: use one of kubernetes, vendor.azure-pipelines, vendor."
    assert failure.startswith(f"docs/page.md:1: not valid yaml: {known}")
    assert "vendor.compose-spec" in failure
    assert failures('```yaml schema=""\na: 1\n```\n') == [
        'docs/page.md:1: schema="" names none: write the name of one, or drop it'
    ]


SITES = ":80 {\n\t# --8<-- [start:a]\n\trespond a\n\timport more\n\t# --8<-- [end:a]\n}\n"


def test_a_section_of_a_caddyfile_is_read_with_its_file(
    failures: Failures, snippets: Write
) -> None:
    snippets("shop/more", "header a b\n")
    snippets("shop/Caddyfile", SITES)
    shown = '```caddyfile\n--8<-- "shop/Caddyfile:a"\n```\n'
    assert failures(shown) == []
    snippets("shop/Caddyfile", SITES.replace("respond", "respnd"))
    (failure,) = failures(shown)
    assert "snippets/shop/Caddyfile:3" in failure
    assert "unrecognized directive: respnd" in failure
    assert (
        failures("```caddyfile\n(a) {\n\trespond {args[0]}\n}\n:80 {\n\timport a x\n}\n```\n") == []
    )


def test_what_reads_data_writes_into_no_home(
    failures: Failures, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    assert failures("```caddyfile\n:443 {\n\ttls internal\n}\n```\n") == []
    assert list(home.iterdir()) == []
