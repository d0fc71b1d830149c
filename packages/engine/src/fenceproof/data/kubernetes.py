"""Kubernetes manifests, held to the schema of their kind."""

from __future__ import annotations

import difflib
import re
from copy import deepcopy
from importlib.resources import files
from typing import Any

import yaml

from fenceproof.data.parsing import Document, Invalid, constructed

LIST = ("v1", "List")
CURE = (
    '{near}; of a resource of your own there is no schema here: mark the fence .not-run reason="…"'
)


def is_manifest(document: Document) -> bool:
    """Whether a document says that it is a manifest."""
    keys = document.value.keys() if isinstance(document.value, dict) else set()
    return "apiVersion" in keys or {"kind", "metadata"} <= keys


def is_whole_manifest(document: Document) -> bool:
    """Whether it says so in each way, since JSON of others may have one of these keys."""
    keys = document.value.keys() if isinstance(document.value, dict) else set()
    return {"apiVersion", "kind", "metadata"} <= keys


def check_manifests(documents: list[Document], name: str) -> None:
    """Hold every document to the schema of its kind, which allows nothing that it does not name.

    Raises: Invalid, with the line.
    """
    try:
        import kubernetes_validate  # noqa: F401
    except ModuleNotFoundError:
        raise Invalid(
            f"{name} has a manifest, and its schema is not there: "
            'pip install "fenceproof[kubernetes]"'
        ) from None
    if not documents:
        raise Invalid(f"{name} has no document")
    for document in documents:
        value = document.value
        if document.node is not None:
            value = constructed(as_kubernetes_reads(document.node))
        _check(value, document, name, [])


def _check(data: Any, document: Document, name: str, at: list[Any]) -> None:
    """Hold what stands at the path `at` of a document to its schema, and the items of a list."""
    keys = data if isinstance(data, dict) else {}
    what = "an item" if at else "a document"
    missing = [key for key in ("apiVersion", "kind") if not keys.get(key)]
    if missing:
        raise Invalid(f"{document.where(name, at)}: {what} without {' and '.join(missing)}")
    for key in ("apiVersion", "kind"):
        if not isinstance(data[key], str):
            raise Invalid(f"{document.where(name, [*at, key])}: {key} is not a text")
    if (data["apiVersion"], data["kind"]) != LIST:
        _hold_to_schema(data, document, name, at)
        return
    items = data.get("items")
    if not isinstance(items, list) or not items:
        raise Invalid(f"{document.where(name, [*at, 'items'])}: a List without items")
    for number, item in enumerate(items):
        _check(item, document, name, [*at, "items", number])


def _hold_to_schema(data: Any, document: Document, name: str, at: list[Any]) -> None:
    import kubernetes_validate as schemas

    version = schemas.latest_version()
    try:
        schemas.validate(data, version, strict=True)
    except schemas.SchemaNotFoundError:
        kind, group = data["kind"], data["apiVersion"]
        where = document.where(name, [*at, "kind"])
        cure = CURE.format(near=_near(kind, group, version))
        raise Invalid(f"{where}: Kubernetes has no kind {kind} in {group}: {cure}") from None
    except schemas.ValidationError as error:
        path = list(error.absolute_path)
        part = ".".join(map(str, path))
        where = document.where(name, [*at, *path])
        raise Invalid(f"{where}: {data['kind']} {part}: {error.message}") from None


def _near(kind: str, group: str, version: str) -> str:
    """The kinds whose names are most like this one, each with its version."""
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}-local-strict"
    known = [file.name.removesuffix(".json") for file in folder.iterdir()]
    first = re.sub(r"^([^./]*)[^/]*/", r"\1-", group)  # as the names of the schemas have it
    near = difflib.get_close_matches(f"{kind}-{first}".lower(), known, 2, 0.8)
    return f"near it are {' and '.join(near)}" if near else "none is near it"


# -- YAML as Kubernetes reads it --------------------------------------------------------

# sigs.k8s.io/yaml reads YAML 1.1, but for numbers to the base 60 and for dates, which are texts.
TAG = "tag:yaml.org,2002:"
YES = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
NO = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
NULL = frozenset(("", "~", "null", "Null", "NULL"))
INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]*|[1-9][0-9]*)")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
PLAIN = frozenset(f"{TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp"))


def as_kubernetes_reads(node: yaml.Node) -> yaml.Node:
    """The node, in which each value that is not quoted is what Kubernetes takes it for."""
    node = deepcopy(node)
    seen: set[int] = set()
    to_do = [node]
    while to_do:
        one = to_do.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, yaml.ScalarNode):
            if one.style is None and one.tag in PLAIN:
                one.tag, one.value = _resolved(one.value)
        elif isinstance(one, yaml.MappingNode):
            for pair in one.value:
                to_do += pair
        else:
            to_do += one.value
    return node


def _resolved(text: str) -> tuple[str, str]:
    """The tag of a value that is not quoted, and how PyYAML writes the same one."""
    if text in NULL:
        return f"{TAG}null", text
    if text in YES or text in NO:
        return f"{TAG}bool", "true" if text in YES else "false"
    number = text.replace("_", "") if text[0] in "+-0123456789" else text
    if INTEGER.fullmatch(number):
        return f"{TAG}int", number.lower().replace("0o", "0")
    if FLOAT.fullmatch(number) or NO_NUMBER.fullmatch(text):
        return f"{TAG}float", number
    return f"{TAG}str", text
