"""Where the sessions of the shop live, by the name given for it."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from valkey import Valkey
from valkey.exceptions import ValkeyError

from hybrid.cluster.valkey_server import ValkeyServer
from hybrid.cluster.valkey_sessions import ValkeySessions
from hybrid.index.memory import ProcessMemory
from hybrid.index.sessions import Sessions
from hybrid.index.stores import SQLite, create


def home(store: str, folder: Path, life: ExitStack) -> Callable[[], Sessions]:
    """What makes the store of one replica; what it needs ends with `life`.

    Raises: ValueError for a name or a URL that leads to no store.
    """
    if store == "memory":
        return ProcessMemory
    if store == "sqlite":
        path = folder / "sessions.db"
        create(path)
        return lambda: SQLite(path)
    try:
        if store == "valkey":
            store = life.enter_context(ValkeyServer()).url
        limits = {"socket_connect_timeout": 2, "socket_timeout": 2}  # s
        Valkey.from_url(store, **limits).ping()
    except (ValkeyError, ValueError, OSError) as problem:
        raise ValueError(f"--store {store}: {problem}") from problem
    return lambda: ValkeySessions(store)
