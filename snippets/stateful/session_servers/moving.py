"""The new is saved before the old is retired: against a store that fails."""

from stateful.session_servers.accounts import enlist
from stateful.session_servers.names import keeping
from stateful.session_servers.refusals import Ended, Unavailable
from stateful.session_servers.renaming import fresh_name, renamed, retire
from stateful.session_servers.saving import TRIES, save
from stateful.session_servers.session import Session
from stateful.session_servers.store import StoreDown


async def move(session: Session) -> str:
    """After login(), grant() and rotate(): the line that sets the cookie."""
    keeper, found, came = session.keeper, session.found, session.key
    (name, key), kept = fresh_name(), None
    for _ in range(TRIES):
        lost = session.act != "login" and (not found or found.key != came)
        emptied = not found and came and await keeper.emptied(came)
        if lost or emptied:
            if kept:
                await keeper.store.swap(key, kept, None, 1)
            if session.act == "rotate":  # somebody else did
                return await save(session)
            raise Ended
        record = renamed(session, found.record if found else None)
        kept = await keeper.put(key, kept, record)
        if record.user:
            old = found.key if found else key
            await enlist(keeper, record.user, key, old)
        seconds = int(record.ends - keeper.clock())
        line = keeping(session.limits.cookie, name, seconds)
        try:
            if await retire(session, found, key):
                return line
        except StoreDown as down:  # whichever is there, the browser has it
            raise Unavailable(cookie=line) from down
        found = await keeper.find(came or "")
    raise Unavailable
