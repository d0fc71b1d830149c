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
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from fenceproof.child import serve

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
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    gc.freeze()  # they need not look at what they only share
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        while True:
            message, descriptors, _, _ = socket.recv_fds(asked, 1, 1)
            if not message:
                return
            connection = socket.socket(fileno=descriptors[0])
            if os.fork() == 0:
                asked.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _be_a_page(connection)
            connection.close()


def _be_a_page(connection: socket.socket) -> None:
    os.setsid()
    status = 1
    try:
        serve(connection)
        status = 0
    finally:
        os._exit(status)
