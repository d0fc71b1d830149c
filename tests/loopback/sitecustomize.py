"""Python imports a module of this name when it starts; with this folder on its path, it reaches no other host.

An attempt is refused and written into the file that REFUSED names, so that it
is known of even where the one who made it passes over the failure.
"""

import os
import sys
from typing import Any

HOME = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "None"}


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    match event, arguments:
        case ("socket.connect" | "socket.sendto" | "socket.sendmsg", (_, (host, *_))):
            pass
        case ("socket.getaddrinfo" | "socket.gethostbyname" | "socket.gethostbyaddr", (host, *_)):
            pass
        case _:
            return
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name not in HOME:
        with open(os.environ["REFUSED"], "a", encoding="utf-8") as file:
            file.write(f"{event} {name}\n")
        raise PermissionError(f"{name} is another host, and nothing is asked of any")


sys.addaudithook(refuse)
