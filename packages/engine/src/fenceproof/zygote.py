"""The process from which the processes of pages are forked: it has imported what they need.

It has one thread and has run no page, so a fork of it is as good as a fresh interpreter, and is
there in some milliseconds. Python's own fork server would import the program that asks, which
need not be made for that.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType

from fenceproof.child import serve

GRACE = 10.0  # seconds for a page to end once nobody asks it for more
START = "from fenceproof.zygote import main; main()"


class Zygote:
    """The server, as its user has it; it ends with the process that started it.

    `preload` are the modules that it imports before it forks, `environ` is what its environment
    and that of its pages has besides ours.
    """

    def __init__(
        self, preload: Iterable[str] = (), environ: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.environ = dict(environ)
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-c", START, str(theirs.fileno()), *preload]
        env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | self.environ
        with ours, theirs:
            self._process = subprocess.Popen(
                command,
                env=env,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._socket = ours.dup()

    def start(self, setting: dict[str, object]) -> socket.socket:
        """A connection to the process of a new page."""
        ours, theirs = socket.socketpair()
        socket.send_fds(self._socket, [b"!"], [theirs.fileno()])
        theirs.close()
        ours.sendall(json.dumps(setting).encode() + b"\n")
        return ours

    def close(self) -> None:
        """End the server. The processes of pages end when their connections are closed."""
        self._socket.close()
        self._process.wait()


def main() -> None:
    """Fork a process for each connection that comes, until the other end is closed."""
    for name in sys.argv[2:]:
        importlib.import_module(name)
    pages = Pages()
    gc.freeze()  # they need not look at what they only share
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        while True:
            message, descriptors, _, _ = socket.recv_fds(asked, 1, 1)
            if not message:
                break
            connection = socket.socket(fileno=descriptors[0])
            pid = os.fork()
            if pid == 0:
                asked.close()
                _be_a_page(connection)
            connection.close()
            pages.begun(pid)
    pages.end()


class Pages:
    """The processes of pages. They are waited for, so that their processor time is counted."""

    def __init__(self) -> None:
        self._running: set[int] = set()

    def begun(self, pid: int) -> None:
        """Note a new one, and forget those that have ended."""
        self._running.add(pid)
        self._forget_ended()

    def _forget_ended(self) -> None:
        for pid in [*self._running]:
            if os.waitpid(pid, os.WNOHANG) != (0, 0):
                self._running.discard(pid)

    def end(self) -> None:
        """Let each come to its end, and end with its children one that does not."""
        until = time.monotonic() + GRACE
        while self._running and time.monotonic() < until:
            self._forget_ended()
            time.sleep(0.01)
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _be_a_page(connection: socket.socket) -> None:
    os.setsid()
    status = 1
    try:
        serve(connection)
        status = 0
    finally:
        os._exit(status)
