"""Data held to a JSON schema by check-jsonschema, which brings the schemas and asks no network."""

from __future__ import annotations

import difflib
import json
import re
from importlib.util import find_spec
from typing import Any

from fenceproof.data.parsing import Document, Invalid
from fenceproof.data.program import refusal

STEP = re.compile(r"\.([^.\[]+)|\['(.*?)'\]|\[(\d+)\]")
OURS = ("kubernetes",)
COMMAND = ["check-jsonschema", "--output-format", "json", "--builtin-schema"]


def check_schema(schema: str, language: str, documents: list[Document], name: str) -> None:
    """Hold each document to the schema that check-jsonschema has under this name.

    Raises: Invalid, with the line and the path of each part that the schema refuses.
    """
    if find_spec("check_jsonschema") is None:
        raise Invalid(
            f'the schema {schema} is not there to hold it to: pip install "fenceproof[compose]"'
        )
    _check_name(schema)
    for document in documents:
        said = refusal([*COMMAND, schema], document.text, f"fence.{language}", name)
        if said is None:
            continue
        if not said.startswith("{"):
            raise Invalid(said)
        report = json.loads(said)
        words = [_in_words(error, document, name) for error in report["errors"]]
        words += [error["message"] for error in report["parse_errors"]]
        raise Invalid("; ".join(words))


def _check_name(schema: str) -> None:
    """Raises: Invalid, for a name that no schema has, with those that are."""
    from check_jsonschema.catalog import CUSTOM_SCHEMA_NAMES, SCHEMA_CATALOG

    known = [*OURS, *(f"vendor.{name}" for name in SCHEMA_CATALOG)]
    known += [f"custom.{name}" for name in CUSTOM_SCHEMA_NAMES]
    if schema in known:
        return
    near = difflib.get_close_matches(schema, known, 3, 0.5)
    if near:
        raise Invalid(f"the schema {schema} is not known: use one like {', '.join(near)}")
    raise Invalid(f"the schema {schema} is not known: use one of {', '.join(known)}")


def _in_words(error: dict[str, Any], document: Document, name: str) -> str:
    error = error.get("best_deep_match", error)
    path = [key or other or int(at) for key, other, at in STEP.findall(error["path"])]
    line = document.line_of(path)
    where = f"{name}:{line}: " if line else ""
    return f"{where}{error['path']}: {error['message']}"
