"""A home for sessions: the process that serves them."""


class ProcessMemory(dict[str, str]):
    """Gone with the process."""

    down = ()

    async def save(self, session: str, user: str) -> None:
        self[session] = user

    async def find(self, session: str) -> str | None:
        return self.get(session)

    async def forget(self, session: str) -> None:
        self.pop(session, None)
