"""Where a name leads: against a name that can do more than it could."""

from math import ceil
from typing import NamedTuple

from stateful.session_servers.limits import Limits
from stateful.session_servers.record import Raw, Record, packed, unpacked
from stateful.session_servers.refusals import TooLarge
from stateful.session_servers.store import Clock, Store


class Found(NamedTuple):
    key: str
    raw: str
    record: Record


class Keeper:
    def __init__(self, store: Store, clock: Clock, limits: Limits) -> None:
        self.store, self.clock, self.limits = store, clock, limits

    async def find(self, key: str, hops: int = 4) -> Found | None:
        """A name that was replaced lives no longer than what replaced it."""
        raw = await self.store.load(key)
        record = unpacked(raw)
        if not raw or not record or record.gone or not hops:
            return None
        if self.clock() >= record.until(self.limits.idle):
            return None
        if not record.next:
            return Found(key, raw, record)
        after = await self.find(record.next, hops - 1)
        if record.alias or after is None:
            return after
        return None if record.user else Found(key, raw, record)

    async def put(self, key: str, old: Raw, record: Record) -> Raw:
        """What is kept there now; None where `old` was there no more."""
        raw = packed(record)
        if not record.next and len(raw) > self.limits.size:
            raise TooLarge
        left = record.until(self.limits.idle) - self.clock()
        kept = await self.store.swap(key, old, raw, max(1, ceil(left)))
        return raw if kept else None

    async def emptied(self, key: str) -> bool:
        """Whether a reply that removes this name's cookie is on its way."""
        record = unpacked(await self.store.load(key))
        return bool(record and record.gone and self.clock() < record.ends)
