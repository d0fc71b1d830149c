"""What the tests on real processes have in common."""

from pathlib import Path

import pytest

from hybrid.index.stores import create


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store for sessions with nobody in it."""
    create(tmp_path / "sessions.db")
    return tmp_path / "sessions.db"
