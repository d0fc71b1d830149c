"""Python imports a module of this name when it starts; with this folder on its path, it has no packages but some.

Those are the ones that ONLY names, and what they need themselves.
"""

import os
import re
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.metadata import packages_distributions, requires
from types import ModuleType

from packaging.requirements import Requirement


def plain(name: str) -> str:
    """A package's name as all its spellings have it in common."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(names: Sequence[str]) -> set[str]:
    """These packages, and all that they need on this machine."""
    found: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        asked = waiting.pop()
        if plain(asked.name) not in found:
            found.add(plain(asked.name))
            needs = [Requirement(line) for line in requires(asked.name) or ()]
            for extra in {"", *asked.extras}:
                waiting += [each for each in needs if not each.marker or each.marker.evaluate({"extra": extra})]
    return found


class Only:
    """Finds nothing, and refuses what another package brings."""

    def __init__(self, names: Sequence[str]) -> None:
        have = needed(names)
        self.others = {top for top, owners in packages_distributions().items() if not have & {*map(plain, owners)}}

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.split(".")[0] in self.others:
            raise ModuleNotFoundError(f"{name} is not of the packages that were named")
        return None


if "ONLY" in os.environ:
    sys.meta_path.insert(0, Only(os.environ["ONLY"].split("\n")))
