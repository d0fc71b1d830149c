"""How pytest-xdist spreads the tests: a page goes to one worker, in which it runs once."""

from __future__ import annotations

from collections.abc import Callable

from xdist.scheduler import LoadGroupScheduling


class PageScheduling(LoadGroupScheduling):  # type: ignore[misc]
    """A page is one piece of work, and so is every other test, or a group with `xdist_group`.

    As with pytest-xdist itself, groups are those of `--dist loadgroup`.
    """

    is_page: Callable[[str], bool]

    def _split_scope(self, nodeid: str) -> str:
        """The piece of work that a test belongs to."""
        file = nodeid.split("::", 1)[0]
        scope: str = file if self.is_page(file) else super()._split_scope(nodeid)
        return scope
