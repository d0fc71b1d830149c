"""When the reply begins: against a reply that says more than was kept."""

from stateful.session_servers.ending import end
from stateful.session_servers.moving import move
from stateful.session_servers.refusals import Unavailable
from stateful.session_servers.saving import save
from stateful.session_servers.session import Session
from stateful.session_servers.sliding import slide
from stateful.session_servers.store import StoreDown
from stateful.session_servers.visit import BEGUN, Visit


async def kept(session: Session) -> str:
    """The line that sets or removes the cookie, if there is one."""
    if session.act == "logout":
        return await end(session)
    if session.act:
        return await move(session)
    if session.changed():
        return await save(session)
    await slide(session)
    return ""


async def commit(visit: Visit, status: int) -> dict[str, str]:
    """Headers for the reply; of one that says 5xx nothing is kept."""
    visit.begun, session = True, visit.session
    if session is None:
        return {}
    try:
        line = await kept(session) if status < 500 else ""
    except StoreDown as down:
        raise Unavailable from down
    session.shut = BEGUN
    session.noted()
    headers = {"Set-Cookie": line} if line else {}
    if line or session.found or session.act:
        headers["Cache-Control"] = "no-store"
    return headers
