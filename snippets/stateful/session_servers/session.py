"""A session as a view has it: against a write that would be lost."""

from starlette.requests import HTTPConnection

from stateful.session_servers.keeper import Found, Keeper
from stateful.session_servers.record import Raw, Record
from stateful.session_servers.refusals import Ended
from stateful.session_servers.rights import Rights

NOBODY = Record(ends=0, seen=0)


async def opened(connection: HTTPConnection) -> "Session":
    """The session of this request, looked up when it is first asked for."""
    session: Session = await connection.scope["sessions"].open()
    return session


class Session(Rights):
    def __init__(self, keeper: Keeper, key: Raw, found: Found | None):
        """`key`: of the name that came; "" for a bad one, None for none."""
        self.record = found.record if found else NOBODY
        super().__init__(self.record, keeper.limits)
        self.keeper, self.key, self.found, self.shut = keeper, key, found, ""

    def opening(self) -> None:
        """What may begin or end a session, whatever name came."""
        if self.shut:
            raise RuntimeError(self.shut)

    def writable(self) -> None:
        self.opening()
        if self.act == "logout":
            raise RuntimeError("after logout() nothing is kept")
        live = self.found and not self.found.record.next
        if not live and self.key is not None and self.act != "login":
            raise Ended

    def rotate(self) -> None:
        """A new name for the same session."""
        self.writable()
        self.act = self.act or "rotate"

    async def alive(self) -> bool:
        """Ask the store again, as a socket or a stream must: is it still so?

        Raises: StoreDown.
        """
        now = await self.keeper.find(self.key) if self.key else None
        return bool(now and self.found and now.record.same(self.found.record))
