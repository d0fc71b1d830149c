"""Reads do not write: against a store that is busy with deadlines."""

from contextlib import suppress
from dataclasses import replace

from stateful.session_servers.session import Session
from stateful.session_servers.store import StoreDown


async def slide(session: Session) -> None:
    """Note that it was used, once in a tenth of its idle time."""
    keeper, found = session.keeper, session.found
    if found is None or found.record.next:
        return
    now = keeper.clock()
    if now - found.record.seen >= session.limits.idle / 10:
        used = replace(found.record, seen=now)
        with suppress(StoreDown):  # the page itself needs no such write
            await keeper.put(found.key, found.raw, used)
