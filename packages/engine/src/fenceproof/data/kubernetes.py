"""Kubernetes manifests, held to the schema of their kind."""

from __future__ import annotations

from typing import Any

from fenceproof.data.parsing import Document, Invalid


def is_manifest(document: Document) -> bool:
    """Whether a document says that it is a manifest."""
    keys = document.value.keys() if isinstance(document.value, dict) else set()
    return "apiVersion" in keys or {"kind", "metadata"} <= keys


def check_manifests(documents: list[Document], name: str) -> None:
    """Hold every document to the schema of its kind, which allows nothing that it does not name.

    Raises: Invalid, with the line.
    """
    try:
        import kubernetes_validate as schemas
    except ModuleNotFoundError:
        raise Invalid(
            f"{name} has a manifest, and its schema is not there: "
            'pip install "fenceproof[kubernetes]"'
        ) from None
    if not documents:
        raise Invalid(f"{name} has no document")
    for document in documents:
        data: Any = document.value
        keys = data if isinstance(data, dict) else {}
        missing = [key for key in ("apiVersion", "kind") if not keys.get(key)]
        if missing:
            where = f"{name}:{document.line_of([])}"
            raise Invalid(f"{where}: a document without {' and '.join(missing)}")
        for key in ("apiVersion", "kind"):
            if not isinstance(data[key], str):
                raise Invalid(f"{name}:{document.line_of([key])}: {key} is not a text")
        try:
            schemas.validate(data, schemas.latest_version(), strict=True)
        except schemas.SchemaNotFoundError as error:
            raise Invalid(f"{name}:{document.line_of(['kind'])}: {error.message}") from None
        except schemas.ValidationError as error:
            path = list(error.absolute_path)
            part = ".".join(str(step) for step in path)
            where = f"{name}:{document.line_of(path)}"
            raise Invalid(f"{where}: {data['kind']} {part}: {error.message}") from None
