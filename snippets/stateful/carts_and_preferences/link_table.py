"""Links that are keys, in a table: each process knows those of all."""

import secrets
from pathlib import Path

from stateful.carts_and_preferences.one_file import create, query
from stateful.session_servers.store import Clock
from stateless.web_servers.bearer import digest

LINKS = """CREATE TABLE IF NOT EXISTS links
    (owner TEXT PRIMARY KEY, digest TEXT UNIQUE, until REAL)"""
RENEW = "REPLACE INTO links VALUES (:owner, :digest, :until)"
REVOKE = "DELETE FROM links WHERE owner = :owner"
FIND = "SELECT owner, until FROM links WHERE digest = :digest"
END = "DELETE FROM links WHERE digest = :digest"


class LinkTable:
    def __init__(
        self, path: Path, clock: Clock, lifetime: float = 86_400
    ) -> None:
        self.path, self.clock, self.lifetime = path, clock, lifetime
        create(path, LINKS)

    async def renew(self, owner: str) -> str:
        """A new secret for this owner's cart; an older one opens nothing."""
        secret, until = secrets.token_urlsafe(), self.clock() + self.lifetime
        row = {"owner": owner, "digest": digest(secret)}
        await query(self.path, RENEW, until=until, **row)
        return secret

    async def revoke(self, owner: str) -> None:
        await query(self.path, REVOKE, owner=owner)

    async def find(self, secret: str) -> str | None:
        """Whose cart the secret opens."""
        key = digest(secret)
        for owner, until in await query(self.path, FIND, digest=key):
            if self.clock() < until:
                return str(owner)
            await query(self.path, END, digest=key)  # a clock may be set back
        return None
