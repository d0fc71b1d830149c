"""How a fence looks: the two hooks that pymdownx.superfences asks for."""

import re
from html import escape
from typing import Any

from markdown import Markdown

from tools.fences import role_of

NAMES = {
    "executed": "Program",
    "output": "Output",
    "error": "Raises",
    "excerpt": "Shown again",
    "validated": "Configuration",
    "not-run": "Not run",
}
PROMPTS = {"pycon": re.compile(r"^(?:>>>|\.\.\.) ?"), "console": re.compile(r"^\$ ?")}


def accept(language: str, inputs: dict[str, Any], options: dict[str, Any], attrs: dict[str, Any], md: Markdown) -> bool:
    """Take every fence, and keep all that its header says."""
    options.update(inputs)
    return True


def draw(source: str, language: str, class_name: str, options: dict[str, Any], md: Markdown, **kwargs: Any) -> str:
    """The HTML of a fence: what it is in words, then the highlighted block."""
    classes, ident = kwargs["classes"], kwargs["id_value"]
    role, problem = role_of(language.lower(), classes, options)
    known = {k: v for k, v in options.items() if k in {"hl_lines", "linenums"}}
    highlight = md.preprocessors["fenced_code_block"].highlight
    block = highlight(source, language=language, options=known, md=md, classes=[], id_value="", attrs={})
    name = NAMES.get(role, "Problem")
    title, reason = escape(str(options.get("title", ""))), escape(str(options.get("reason", "")))
    head = [f'<span class="promise-title">{title}</span>'] if title else []
    if role not in {"executed", "validated"}:
        head.append(f'<span class="promise-role">{name}{": " + reason if reason else ""}</span>')
    if "breaks" in classes:
        head.append('<span class="promise-fault">Wrong on purpose</span>')
    names = ["promise", f"promise-{role}"]
    names += ["promise-breaks"] if "breaks" in classes else []
    names += ["no-copy"] if role in {"output", "error"} or "no-copy" in classes else []
    attrs = f'class="{" ".join(names)}" role="group" aria-label="{title or name}"'
    attrs += f' id="{escape(ident)}"' if ident else ""
    if prompt := PROMPTS.get(language.lower()):
        typed = "\n".join(prompt.sub("", line) for line in source.split("\n") if prompt.match(line))
        attrs += f' data-copy="{escape(typed)}"'
    if problem:
        block = f'<p class="problem"><strong>Problem:</strong> {escape(problem)}</p>{block}'
        attrs = attrs.replace("promise-\"", 'promise-not-run"')
    return f"<div {attrs}>{'<p class="promise-head">' + ' '.join(head) + '</p>' if head else ''}{block}</div>"
