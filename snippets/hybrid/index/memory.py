"""A home for sessions: the process that serves them."""

from hybrid.index.sessions import Full


class ProcessMemory(dict[str, str]):
    """Gone with the process."""

    down = ()

    def __init__(self, most: int = 1000) -> None:
        self.most = most

    async def save(self, session: str, user: str) -> None:
        if len(self) >= self.most:
            raise Full
        self[session] = user

    async def find(self, session: str) -> str | None:
        return self.get(session)

    async def forget(self, session: str) -> None:
        self.pop(session, None)
