"""Give a session a new name: against fixation, and logins that are undone."""

from dataclasses import replace

from stateful.session_servers.keeper import Found
from stateful.session_servers.names import hashed, issued
from stateful.session_servers.record import Record
from stateful.session_servers.session import Session


def renamed(session: Session, old: Record | None) -> Record:
    """What the new name is to lead to."""
    now, visitor = session.keeper.clock(), session.carries
    claims = dict(session.claims)
    if old and session.act != "login":
        data = session.merged(old.data)
        return replace(old, claims=claims, data=data, seen=now)
    carried = old.data if old and visitor and not old.next else {}
    ends, data = now + session.limits.life, session.merged(carried)
    return Record(ends, now, session.user, claims, data)


async def retire(session: Session, found: Found | None, key: str) -> bool:
    """Let the old name be worth no more than it was; False if it changed."""
    if found is None or found.record.next:
        return True
    keeper, now = session.keeper, session.keeper.clock()
    if session.act == "login" and found.record.user is not None:
        return await keeper.store.swap(found.key, found.raw, None, 1)
    ends = min(found.record.ends, now + session.limits.overlap)
    alias = session.act == "rotate"
    old = replace(found.record, next=key, alias=alias, seen=now, ends=ends)
    return bool(await keeper.put(found.key, found.raw, old))


def fresh_name() -> tuple[str, str]:
    """A name for the browser, and its key for the store."""
    name = issued()
    return name, hashed(name)
