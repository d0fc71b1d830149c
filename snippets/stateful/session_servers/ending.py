"""End a session for good: against what is done under its name later."""

from stateful.session_servers.names import removing
from stateful.session_servers.record import unpacked
from stateful.session_servers.refusals import Unavailable
from stateful.session_servers.saving import TRIES
from stateful.session_servers.session import Session


async def end(session: Session) -> str:
    """All names of it; but a visitor's logout ends nobody's login."""
    keeper, key, line = session.keeper, session.key, ""
    if key is not None:
        line = removing(session.limits.cookie)
    for _ in range(TRIES):
        raw = await keeper.store.load(key) if key else None
        record = unpacked(raw)
        if not key or not raw:
            return line
        if record and record.next and not record.alias and not record.user:
            return ""
        if await keeper.store.swap(key, raw, None, 1):
            key = record.next if record else ""
    raise Unavailable
