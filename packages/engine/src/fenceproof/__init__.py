"""Fences that are promises: every code block of a Markdown site is run, compared or explained.

from fenceproof import Site

site = Site("mkdocs.yml")
page = site.page("docs/counter.md")
print(page.blocks, page.problems)
"""

from fenceproof.block import Block
from fenceproof.config import ConfigError
from fenceproof.fence import Fence, Role, Source
from fenceproof.running import Result, Running
from fenceproof.site import Site, SourcePage

__all__ = [
    "Block",
    "ConfigError",
    "Fence",
    "Result",
    "Role",
    "Running",
    "Site",
    "Source",
    "SourcePage",
]
