"""Data as the real parsers read it, and in which a key stands once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import Any

import yaml


class Invalid(ValueError):
    """Data that its program would refuse; the message says where and why."""


class Document:
    """One document: its value, and the YAML node that tells the lines of its parts, if any."""

    def __init__(self, value: Any, node: yaml.Node | None = None) -> None:
        self.value = value
        self.node = node

    def line_of(self, path: list[Any]) -> int:
        """The line at which a value stands, or the last thing on the way to it that there is.

        0 where the lines are not known.
        """
        if self.node is None:
            return 0
        node: yaml.Node | None = self.node
        line: int = self.node.start_mark.line + 1
        for step in path:
            key, node = _below(node, step)
            if key is None:
                break
            line = key.start_mark.line + 1
        return line


def _below(node: Any, step: Any) -> tuple[Any, Any]:
    """The node that says where a part begins, and the part."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key, value
    if isinstance(node, yaml.SequenceNode) and str(step).isdigit() and int(step) < len(node.value):
        value = node.value[int(step)]
        return value, value
    return None, None


def parse(language: str, text: str, name: str) -> list[Document]:
    """The documents of a text. Raises: Invalid."""
    try:
        return PARSERS[language](text)
    except yaml.YAMLError as error:
        words = str(error).replace('"<unicode string>"', name)
        raise Invalid(words) from None
    except (ValueError, RecursionError) as error:
        raise Invalid(str(error)) from None
    except (AttributeError, KeyError):  # PyYAML's own, of !!timestamp and !!bool
        raise Invalid(f"{name} has a value that does not fit its tag: change one of them") from None


# -- JSON -----------------------------------------------------------------------------


def _json(text: str) -> list[Document]:
    value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    return [Document(value)]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Invalid(f"a second {key!r}: a key stands once")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise Invalid(f"JSON has no {name}: write null, or a text")


# -- TOML -----------------------------------------------------------------------------


def _toml(text: str) -> list[Document]:
    return [Document(tomllib.loads(text))]


# -- YAML -----------------------------------------------------------------------------


class Strict(yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which a key stands once, as Compose and Kubernetes want it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node. Raises: ConstructorError, for a key that stands twice."""
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                continue
            if (key.tag, key.value) in seen:
                words = f"a second {key.value!r}"
                raise yaml.constructor.ConstructorError(None, None, words, key.start_mark)
            seen.add((key.tag, key.value))
        data: dict[Any, Any] = super().construct_mapping(node, deep)
        return data


def _tagged(loader: Strict, suffix: str, node: yaml.Node) -> Any:
    """The value below a tag that only the program knows which the file is for: `!ENV`, `!Ref`."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


Strict.add_multi_constructor("", _tagged)


def _yaml(text: str) -> list[Document]:
    documents = []
    for node in yaml.compose_all(text, yaml.SafeLoader):
        loader = Strict("")
        try:
            documents.append(Document(loader.construct_document(node), node))
        finally:
            loader.dispose()
    return documents


PARSERS: dict[str, Callable[[str], list[Document]]] = {
    "json": _json,
    "toml": _toml,
    "yaml": _yaml,
    "yml": _yaml,
}
