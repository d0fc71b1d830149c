"""Every fence in README.md and docs/ is a test, as [tool.fenceproof] in pyproject.toml says."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test begins first, so that no worker is waited for at the end."""
    items.sort(key=lambda item: not item.nodeid.endswith("::test_every_mutant_dies"))
