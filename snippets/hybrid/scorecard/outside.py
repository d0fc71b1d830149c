"""What no process owns."""

import secrets
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outside:
    """A secret, the session store, and the database with the carts."""

    secret: str = field(default_factory=secrets.token_hex)
    sessions: dict[str | None, Any] = field(default_factory=dict)
    carts: dict[str, list[str]] = field(default_factory=dict)
