"""The programs elsewhere: on real uvicorn behind real Caddy, asked in bytes on a socket.

With `ELSEWHERE.set(Stage(2).show)` the attacks of kinds/ run there, unchanged.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import connect

from hybrid.cluster import balancer
from hybrid.cluster.processes import Processes
from testbed import RoundRobin, Sticky
from tests.attacks.fuzz.sockets import parsed

HOST = "shop.example"
SITE = re.compile(r"(https?)://localhost:(\S+)")


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """The app of a stage that shows no program."""


async def body_of(receive: Receive) -> list[bytes]:
    """The pieces of a request's body."""
    pieces, more = [], True
    while more:
        message = await receive()
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return pieces


def head(scope: Scope, body: list[bytes]) -> bytes:
    """The request as bytes, up to its body: the scope's headers as they are, and how the body is framed."""
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    lines = [b"%s %s%s HTTP/1.1" % (scope["method"].encode(), scope["raw_path"], query)]
    lines += [name + b": " + value for name, value in scope["headers"]]
    if len(body) > 1:
        lines.append(b"transfer-encoding: chunked")
    elif body[0] or scope["method"] != "GET":
        lines.append(b"content-length: %d" % len(body[0]))
    return b"\r\n".join([*lines, b"connection: close", b"", b""])


class Behind:
    """An ASGI app that is behind this port."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.socket(scope, receive, send)
            return
        body = await body_of(receive)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writing = asyncio.create_task(self.write(writer, head(scope, body), body))
        said = b""
        try:
            with contextlib.suppress(ConnectionError):  # it answered, and would not hear the rest
                while more := await reader.read(65536):
                    said += more
            whole = writing.done() and writing.result()
        finally:
            writing.cancel()
            writer.close()
        if not said and not whole:
            # A reset also takes away an answer that was on its way: all that is known is a refusal.
            said = b"HTTP/1.1 413 Closed\r\ncontent-length: 0\r\n\r\n"
        reply = parsed(said, scope["method"])
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def write(self, writer: asyncio.StreamWriter, first: bytes, body: list[bytes]) -> bool:
        """Whether all of it went out: not if the other side has heard enough."""
        with contextlib.suppress(OSError):
            writer.write(first)
            for piece in filter(None, body):
                writer.write(piece if len(body) == 1 else b"%x\r\n%s\r\n" % (len(piece), piece))
                await writer.drain()
            if len(body) > 1:
                writer.write(b"0\r\n\r\n")
                await writer.drain()
            return True
        return False

    async def socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket that answers each message with one."""
        given = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        there = partial(connect, host="127.0.0.1", port=self.port, proxy=None)
        url, origin = f"ws://{given.pop('host')}{scope['path']}", given.pop("origin")
        await receive()
        async with there(url, origin=origin, additional_headers=given) as socket:
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                await socket.send(message["text"])
                await send({"type": "websocket.send", "text": await socket.recv()})


@contextlib.contextmanager
def configured(change: Callable[[str], str]) -> Iterator[None]:
    """Balancers that are made in here are given a changed Caddyfile."""
    with TemporaryDirectory() as folder:
        config = Path(folder, "Caddyfile")
        config.write_text(change(balancer.CONFIG.read_text("utf-8")), "utf-8")
        with mock.patch.object(balancer, "CONFIG", config):
            yield


def named(config: str) -> str:
    """The site's own Caddyfile, for one more host."""
    return SITE.sub(rf"\1://localhost:\2, \1://{HOST}:\2", config)


class Stage:
    """So many replicas behind one Caddy, which show one program after another."""

    def __init__(self, replicas: int, pick: RoundRobin | Sticky | None = None) -> None:
        with configured(named):
            self.cluster = Processes(lambda: nothing, replicas, pick)
        self.port = int(self.cluster.url.rpartition(":")[2])

    def show(self, program: str, app: ASGIApp) -> ASGIApp:
        """The app on all replicas, each with what it had when it was given."""
        for replica in self.cluster.replicas:
            replica.process.kill()
            replica.process.join()
            replica.make_app = lambda: app
            replica.start()
        for replica in self.cluster.replicas:
            replica.checked()
        return Behind(self.port)
