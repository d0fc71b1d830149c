"""Data on a page: parsed by the real parser, and held to a schema where there is one.

What a schema or a Caddyfile needs is installed by extras: `pip install "fenceproof[kubernetes]"`.
"""

from __future__ import annotations

import re

from fenceproof.data.caddyfile import check_caddyfile
from fenceproof.data.kubernetes import check_manifests, is_manifest, is_whole_manifest
from fenceproof.data.parsing import Document, Invalid, parse
from fenceproof.data.schemas import check_schema
from fenceproof.fence import Fence, Source

KUBERNETES = "kubernetes"
COMPOSE = "vendor.compose-spec"
COMPOSE_KEYS = frozenset(
    {
        "services",
        "name",
        "version",
        "include",
        "networks",
        "volumes",
        "configs",
        "secrets",
        "models",
    }
)
COMPOSE_FILE = re.compile(r"(docker-)?compose([.-].+)?\.ya?ml")


def problem(fence: Fence, name: str) -> str:
    """What is wrong with the data of a fence; an empty text where nothing is.

    An included section is parsed, and its whole file held to the schema. `name` is what the file
    of the data is called in messages, whose lines are those of the file.
    """
    try:
        _check(fence, name)
    except Invalid as error:
        words = " ".join(str(error).split())
        return f"not valid {fence.language}: {words}"
    return ""


def _check(fence: Fence, name: str) -> None:
    source = fence.source
    text = "\n" * (source.line - 1) + source.text
    if "\ufeff" in text:
        raise Invalid(f"{name} has a byte order mark, which nobody sees: take it out")
    whole = _whole(source) if fence.include else text
    if fence.language == "caddyfile":
        if "schema" in fence.header.options:
            raise Invalid("Caddy itself reads a Caddyfile: drop schema=")
        check_caddyfile(whole, name, source.path.parent if fence.include else None)
        return
    documents = parse(fence.language, text, name)
    if fence.include:
        documents = parse(fence.language, whole, name)
    schema = fence.header.options.get("schema") or _schema_of(fence, documents)
    if schema == KUBERNETES:
        check_manifests(documents, name)
    elif schema:
        check_schema(schema, fence.language, documents or [Document(None, whole)], name)


def _whole(source: Source) -> str:
    return source.path.read_text("utf-8") if source.whole is None else source.whole


def _schema_of(fence: Fence, documents: list[Document]) -> str:
    """The schema that the file's name or its keys ask for; an empty text for none."""
    if fence.language == "json":
        return KUBERNETES if any(map(is_whole_manifest, documents)) else ""
    if fence.language not in {"yaml", "yml"}:
        return ""
    title = fence.header.options.get("title", "").rpartition("/")[2]
    file = fence.include.path.name if fence.include else title
    if COMPOSE_FILE.fullmatch(file) or any(map(is_compose, documents)):
        return COMPOSE
    return KUBERNETES if any(is_manifest(document) for document in documents) else ""


def is_compose(document: Document) -> bool:
    """Whether this is what only Compose has: services, and no key besides that it does not know."""
    if not isinstance(document.value, dict):
        return False
    keys = {str(key) for key in document.value}
    others = {key for key in keys - COMPOSE_KEYS if not key.startswith("x-")}
    return "services" in keys and not others
