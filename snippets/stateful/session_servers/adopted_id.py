"""Wrong on purpose: sessions under whatever name the client brings along."""

import secrets
from json import dumps

from stateful.session_servers.sessions import IDLE, LIFE, Sessions
from stateful.session_servers.store import Session, hashed


class Adopting(Sessions):
    async def keep(self, name: str, old: Session, new: Session) -> str:
        name = name or secrets.token_urlsafe()
        await self.store.delete(hashed(name))
        new["ends"] = self.clock() + LIFE
        await self.store.save(hashed(name), dumps(new), IDLE, True)
        return name
