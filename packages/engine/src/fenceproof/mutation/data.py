"""How data is changed: a value, a key and a type, in YAML, JSON and TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # where it is there, it takes a tenth
NONSENSE = {"json": "{\n", "toml": "=\n", "yaml": "{\n", "yml": "{\n", "caddyfile": "}\n"}
PAIR = re.compile(r"^\s*(?P<key>[\w.-]+|\"[^\"\n]*\")\s*=\s*(?P<value>[^#\n]+?)\s*(?:#.*)?$", re.M)
TABLE = re.compile(r"^\s*\[\[?(?P<key>[^\]\n]+)\]\]?\s*$", re.M)


@dataclass(frozen=True)
class Change:
    """What comes instead of the characters from `start` to `stop`; what is changed."""

    start: int
    stop: int
    new: str
    what: str

    def apply(self, text: str) -> str:
        """The data with the change."""
        return text[: self.start] + self.new + text[self.stop :]


def changes(language: str, text: str) -> Iterator[Change]:
    """Each change of one value, key or type that leaves data of the language."""
    found = _of_toml(text) if language == "toml" else _of_yaml(language, text)
    if language == "caddyfile":
        return
    for change in found:
        if change.new != text[change.start : change.stop] and _reads(language, change.apply(text)):
            yield change


def _reads(language: str, text: str) -> bool:
    try:
        if language == "toml":
            tomllib.loads(text)
        else:
            [*yaml.compose_all(text, LOADER)]
    except (ValueError, yaml.YAMLError):
        return False
    return True


def _of_toml(text: str) -> Iterator[Change]:
    for pair in PAIR.finditer(text):
        yield from _key(pair.start("key"), pair["key"])
        value = pair["value"]
        start, stop = pair.span("value")
        if value.startswith(('"', "'")):
            yield Change(start, stop, f"{value[:-1]}X{value[-1]}", "value")
            yield Change(start, stop, "1", "type")
        elif value in {"true", "false"}:
            yield Change(start, stop, "false" if value == "true" else "true", "value")
            yield Change(start, stop, f'"{value}"', "type")
        elif re.fullmatch(r"-?\d+", value):
            yield Change(start, stop, str(int(value) + 1), "value")
            yield Change(start, stop, f'"{value}"', "type")
    for table in TABLE.finditer(text):
        yield from _key(table.start("key"), table["key"])


def _key(start: int, key: str) -> Iterator[Change]:
    new = f'{key[:-1]}X"' if key.endswith('"') else f"{key}X"
    yield Change(start, start + len(key), new, "key")


def _of_yaml(language: str, text: str) -> Iterator[Change]:
    """JSON is read as YAML too, which tells where everything stands."""
    try:
        for document in yaml.compose_all(text, yaml.SafeLoader):
            yield from _of_node(document, text, language == "json")
    except yaml.YAMLError:
        return


def _of_node(node: Any, text: str, is_json: bool) -> Iterator[Change]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            start, stop = key.start_mark.index, key.end_mark.index
            yield from _key(start, text[start:stop])
            yield from _of_node(value, text, is_json)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _of_node(value, text, is_json)
    elif isinstance(node, yaml.ScalarNode):
        yield from _of_scalar(node, text)
        return
    start, stop = node.start_mark.index, node.end_mark.index
    lines = text[start:stop]
    ending = lines[len(lines.rstrip()) :]
    yield Change(start, stop, f"1{ending}", "type")


def _of_scalar(node: Any, text: str) -> Iterator[Change]:
    start, stop = node.start_mark.index, node.end_mark.index
    shown = text[start:stop]
    if node.style in {"|", ">"} or not shown:
        return
    match node.tag.rpartition(":")[2]:
        case "int" | "float":
            number = re.fullmatch(r"-?\d+", shown)
            yield Change(start, stop, str(int(shown) + 1) if number else f"1{shown}", "value")
            yield Change(start, stop, f'"{shown}"', "type")
        case "bool":
            new = "false" if shown.lower() in {"true", "yes", "on"} else "true"
            yield Change(start, stop, new, "value")
            yield Change(start, stop, f'"{shown}"', "type")
        case "null":
            yield Change(start, stop, "1", "type")
        case _:
            quoted = shown[-1] in "\"'"
            new = f"{shown[:-1]}X{shown[-1]}" if quoted else f"{shown}X"
            yield Change(start, stop, new, "value")
            yield Change(start, stop, "1", "type")
