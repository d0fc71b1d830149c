"""Every fence in README.md and docs/ is a test, as [tool.fenceproof] in pyproject.toml says."""

pytest_plugins = ["fenceproof.pytest_plugin"]
