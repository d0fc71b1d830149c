"""Data as the real parsers read it, and in which a key stands once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import yaml


class Invalid(ValueError):
    """Data that its program would refuse; the message says where and why."""


class Document:
    """One document: its value, its text, and the YAML node that tells the lines of its parts."""

    def __init__(self, value: Any, text: str, node: yaml.Node | None = None) -> None:
        self.value = value
        self.text = text
        self.node = node

    def where(self, name: str, path: list[Any]) -> str:
        """`name:line` of a value; the name alone where the lines are not known."""
        line = self.line_of(path)
        return f"{name}:{line}" if line else name

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
        return PARSERS[language](text, name)
    except Invalid:
        raise
    except yaml.YAMLError as error:
        words = str(error).replace('"<unicode string>"', name)
        raise Invalid(words) from None
    except (ValueError, RecursionError) as error:
        raise Invalid(str(error)) from None
    except (AttributeError, KeyError):  # PyYAML's own, of !!timestamp and !!bool
        raise Invalid(f"{name} has a value that does not fit its tag: change one of them") from None


# -- JSON -----------------------------------------------------------------------------


def _json(text: str, name: str) -> list[Document]:
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        keys = [key for key, _ in pairs]
        twice.extend(key for key in found if keys.count(key) > 1)
        return found

    value = json.loads(text, object_pairs_hook=once, parse_constant=_no_constant)
    node = _node_of_json(text)
    if twice:
        line = next((line for key, line in _second_keys(node) if key in twice), 0)
        where = f"{name}:{line}" if line else name
        raise Invalid(f"{where}: a second {twice[0]!r}: a key stands once")
    return [Document(value, text, node)]


def _no_constant(name: str) -> Any:
    raise Invalid(f"JSON has no {name}: write null, or a text")


def _node_of_json(text: str) -> yaml.Node | None:
    """JSON as YAML has it, which tells lines; None for what YAML has otherwise."""
    with suppress(yaml.YAMLError):
        return yaml.compose(text.replace("\t", " "), yaml.SafeLoader)
    return None


def _second_keys(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    """Each key that stands in its mapping already, with its line."""
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _second_keys(value)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _second_keys(value)


# -- TOML -----------------------------------------------------------------------------


def _toml(text: str, name: str) -> list[Document]:
    return [Document(tomllib.loads(text), text)]


# -- YAML -----------------------------------------------------------------------------


MERGE = "tag:yaml.org,2002:merge"


class Strict(yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which a key stands once, as Compose and Kubernetes want it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node. Raises: ConstructorError, for a key that stands twice."""
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if (key.tag, key.value) in seen:
                words = f"a second {key.value!r}"
                if key.tag == MERGE:
                    words += ": merge a list, <<: [*one, *other]"
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


def _yaml(text: str, name: str) -> list[Document]:
    texts = _texts(text, name)
    documents = []
    for node, its_text in zip(yaml.compose_all(text, yaml.SafeLoader), texts, strict=True):
        if len(texts) > 1 and _is_nothing(node):
            line = node.start_mark.line + 1
            raise Invalid(f"{name}:{line}: a document with nothing in it: take its `---` out")
        documents.append(Document(constructed(node), its_text, node))
    return documents


def constructed(node: yaml.Node) -> Any:
    """The value of a node. Raises: YAMLError."""
    loader = Strict("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _is_nothing(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.value and node.style is None


def _texts(text: str, name: str) -> list[str]:
    """The text of each document, on the lines where it stands. Raises: Invalid, YAMLError."""
    starts: list[int] = []
    around: list[str | None] = []  # the anchors of what an event stands in
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.DocumentStartEvent):
            starts.append(event.start_mark.index)
        elif isinstance(event, yaml.CollectionStartEvent):
            around.append(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            around.pop()
        elif isinstance(event, yaml.AliasEvent) and event.anchor in around:
            where = f"{name}:{event.start_mark.line + 1}"
            raise Invalid(f"{where}: *{event.anchor} stands in what it is: write what it is to be")
    found = []
    for start, stop in pairwise([*starts, len(text)]):
        found.append("\n" * text.count("\n", 0, start) + text[start:stop])
    return found


PARSERS: dict[str, Callable[[str, str], list[Document]]] = {
    "json": _json,
    "toml": _toml,
    "yaml": _yaml,
    "yml": _yaml,
}
