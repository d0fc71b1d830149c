"""How a fence looks on a site: its role and its reason in words above it.

    markdown_extensions:
      - pymdownx.superfences:
          custom_fences:
            - name: "*"
              class: fenceproof
              validator: !!python/name:fenceproof.superfences.validate
              format: !!python/name:fenceproof.superfences.format

The plugin of MkDocs does that, and adds the style sheet. Where there is none, as in Zensical,
`python -m fenceproof.superfences docs/assets` copies the style sheet for `extra_css`.
"""

from __future__ import annotations

import shutil
import sys
from html import escape
from pathlib import Path
from typing import Any

from markdown import Markdown
from pymdownx.superfences import highlight_validator

from fenceproof.fence import Header, Role
from fenceproof.roles import role_of

NAME = "pymdownx.superfences"
STYLE = Path(__file__).with_name("fenceproof.css")
OURS = frozenset({"reason", "schema", "unreached", "unshown"})
WORDS = {
    Role.EXECUTED: "Program",
    Role.OUTPUT: "Output",
    Role.ERROR: "Raises",
    Role.EXCERPT: "Shown again",
    Role.VALIDATED: "Data",
    Role.NOT_RUN: "Not run",
}
SILENT = frozenset({Role.EXECUTED, Role.VALIDATED})
MORE = {
    "unshown": "Prints more than is shown",
    "unreached": "Has lines that do not run here",
}


def validate(
    language: str,
    inputs: dict[str, Any],
    options: dict[str, Any],
    attrs: dict[str, Any],
    md: Markdown,
) -> bool:
    """The validator of superfences: our options are taken, the others are as without us."""
    theirs = {key: value for key, value in inputs.items() if key not in OURS}
    taken = bool(highlight_validator(language, theirs, options, attrs, md))
    options.update({key: value for key, value in inputs.items() if key in OURS})
    return taken


def format(
    source: str,
    language: str,
    class_name: str,
    options: dict[str, Any],
    md: Markdown,
    *,
    classes: list[str],
    id_value: str,
    attrs: dict[str, Any],
    **kwargs: Any,
) -> str:
    """The formatter of superfences: what the fence is, and the block that superfences draws."""
    given = {key: str(value) for key, value in {**attrs, **options}.items()}
    header = Header((language or "").lower(), tuple(classes), id_value, given)
    role, problem = role_of(header)
    block = md.preprocessors["fenced_code_block"].highlight(
        source,
        language=language,
        options={key: value for key, value in options.items() if key not in OURS},
        md=md,
        classes=list(classes),
        id_value=id_value,
        attrs=attrs,
    )
    kind = role.value if role else "problem"
    name = WORDS[role] if role else "Problem"
    said = _said(header, role, problem)
    head = "".join(f"<span>{escape(words)}</span>" for words in said)
    above = f'<p class="fenceproof-head">{head}</p>' if said else ""
    return (
        f'<div class="fenceproof fenceproof-{kind}" role="group" aria-label="{name}">'
        f"{above}{block}</div>"
    )


def _said(header: Header, role: Role | None, problem: str) -> list[str]:
    """What is said above a fence."""
    if role is None:
        return [f"Problem: {problem}"]
    said: list[str] = []
    if role not in SILENT:
        said.append(
            f"{WORDS[role]}: {header.options['reason']}" if _has_reason(header) else WORDS[role]
        )
    if "no-browser" in header.classes:
        said.append(f"Not run in the browser: {header.options['reason']}")
    if "breaks" in header.classes:
        said.append("Wrong on purpose")
    for option, words in MORE.items():
        if option in header.options:
            said.append(f"{words}: {header.options[option]}")
    return said


def _has_reason(header: Header) -> bool:
    return bool(header.options.get("reason"))


def register(extensions: list[str], options: dict[str, dict[str, Any]]) -> None:
    """Have superfences draw each fence so, unless the site draws it itself.

    `extensions` and `options` are those of Python-Markdown in the configuration of the site.
    """
    if NAME not in extensions:
        extensions.append(NAME)
    given = options.setdefault(NAME, {})
    fences = list(given.get("custom_fences", []))
    if not any(fence.get("name") == "*" for fence in fences):
        ours = {"name": "*", "class": "fenceproof", "validator": validate, "format": format}
        fences.append(ours)
    given["custom_fences"] = fences


def main() -> None:
    """Copy the style sheet into a folder."""
    if len(sys.argv) != 2:
        sys.exit(
            "write the folder for the style sheet: python -m fenceproof.superfences docs/assets"
        )
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    print(shutil.copyfile(STYLE, folder / STYLE.name))


if __name__ == "__main__":
    main()
