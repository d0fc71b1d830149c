"""Keep what changed: against late writes, and visitors without number."""

from dataclasses import replace

from stateful.session_servers.names import hashed, issued, keeping, removing
from stateful.session_servers.record import Record
from stateful.session_servers.refusals import Crowded, Ended, Unavailable
from stateful.session_servers.session import Session

TRIES = 50


async def begin(session: Session) -> str:
    """A visitor's first write: the only one that is given a cookie."""
    keeper, limits = session.keeper, session.limits
    data = session.merged({})
    if not data:
        return ""
    now = keeper.clock()
    window = f"visits-{now // limits.visit:.0f}"
    if await keeper.store.count(window, limits.visit) > limits.visits:
        raise Crowded
    name = issued()
    record = Record(now + limits.visit, now, data=data)
    await keeper.put(hashed(name), None, record)
    return keeping(limits.cookie, name, limits.visit)


async def save(session: Session) -> str:
    """Upon what is there by now; nowhere, if the session is there no more."""
    keeper, limits, found = session.keeper, session.limits, session.found
    if found is None:
        return await begin(session)
    for _ in range(TRIES):
        mine = found is not None and found.record.same(session.record)
        if found is None or found.record.next or not mine:
            raise Ended
        now, data = keeper.clock(), session.merged(found.record.data)
        record = replace(found.record, data=data, seen=now)
        if not data and record.user is None:
            ends = now + limits.overlap
            record = replace(record, gone=True, ends=ends)
        if await keeper.put(found.key, found.raw, record):
            return removing(limits.cookie) if record.gone else ""
        found = await keeper.find(session.key or "")
    raise Unavailable
