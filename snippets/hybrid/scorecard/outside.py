"""What no process owns."""

import secrets
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outside:
    """A secret, session store, database with the carts, browsers' cookies."""

    secret: str = field(default_factory=secrets.token_hex)
    sessions: dict[str | None, Any] = field(default_factory=dict)
    carts: dict[str, list[str]] = field(default_factory=dict)
    jars: dict[str, Any] = field(default_factory=dict)
