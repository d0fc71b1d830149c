"""The same odd inputs as bytes on a socket, to real uvicorn."""

from __future__ import annotations

import socket
from contextlib import suppress
from random import Random

import h11

from tests.attacks.fuzz import inputs
from tests.attacks.fuzz.fuzzer import Client, Found
from tests.attacks.fuzz.rules import fault
from tests.attacks.wire import Reply

LINES = [
    b"GET / HTTP/1.1",
    b"GET /\xff HTTP/1.1",
    b"GET / HTTP/9.9",
    b"GET",
    b"",
    b"\0\0\0",
    b"GET http://evil.example/ HTTP/1.1",
]
LINES += [
    b"POST /%ED%A0%80 HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"GET //evil.example/%00 HTTP/1.0",
    b"\x16\x03\x01\x02\x00\x01",
]


def parsed(said: bytes, method: str) -> Reply:
    """What h11, which is as strict as a client has to be, reads from the bytes that came.

    Raises: h11.RemoteProtocolError.
    """
    reply, reader = Reply(), h11.Connection(h11.CLIENT)
    reader.send(h11.Request(method="HEAD" if method == "HEAD" else "GET", target="/", headers=[("host", "x")]))
    reader.send(h11.EndOfMessage())
    reader.receive_data(said)
    reader.receive_data(b"")
    while not isinstance(event := reader.next_event(), h11.EndOfMessage | h11.ConnectionClosed):
        if isinstance(event, h11.Response):
            reply.status, reply.headers = event.status_code, [(bytes(k), bytes(v)) for k, v in event.headers]
        elif isinstance(event, h11.Data):
            reply.body += bytes(event.data)
        elif event is h11.NEED_DATA:
            raise h11.RemoteProtocolError("the reply ends in the middle")
    return reply


def exchange(address: tuple[str, int], data: list[bytes], method: str, whole: bool) -> Reply | None:
    """What is answered to these pieces; None where the connection ends without a word."""
    said = b""
    with socket.create_connection(address, timeout=20) as connection, suppress(OSError):
        with suppress(OSError):  # it may answer before it has read all
            for piece in data:
                connection.sendall(piece)
            if not whole:  # it would wait for the rest
                connection.settimeout(0.2)
        while more := connection.recv(65536):
            said += more
    return parsed(said, method) if said else None


def pieces(random: Random, client: Client) -> tuple[str, list[bytes], bool]:
    """A method, the request as bytes, often with a lie about its length, and whether it is whole."""
    method, target = client.target()
    line = f"{method} {target} HTTP/1.1".encode("latin-1", "replace")
    if random.random() < 0.1:
        line = random.choice(LINES)
        method = line.split(b" ")[0].decode("latin-1")
    body = inputs.body(random)
    chunks = [body] if isinstance(body, bytes) else body[:40]
    size = sum(map(len, chunks))
    lines = [b"host: shop.example", *(name + b": " + value for name, value in client.headers() if name != b"host")]
    lie = random.random()
    if lie < 0.6:
        lines.append(b"content-length: %d" % size)
    elif lie < 0.7:
        lines.append(b"content-length: " + random.choice([b"0", b"5", b"-1", b"9" * 30, b"+3", b"3, 4", b"x"]))
    elif lie < 0.9:
        lines.append(b"transfer-encoding: chunked")
        chunks = [b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks if chunk]
        chunks.append(random.choice([b"0\r\n\r\n", b"0\r\n\r\n", b"zz\r\n", b"", b"0\r\nx: y\r\n\r\n"]))
    lines.append(b"connection: close")
    data = b"\r\n".join([line, *lines, b"", b""])
    mangled = random.random() < 0.05
    if mangled:
        data = inputs.mangled(random, data)
    whole = lie < 0.6 and not mangled and not line.endswith(b"HTTP/9.9") and b"HTTP/1.1" in line
    return method, [data, *chunks], whole


def fuzz_socket(program: str, address: tuple[str, int], client: Client, requests: int) -> list[Found]:
    """What is wrong with the answers to so many requests."""
    found = []
    for _ in range(requests):
        method, data, whole = pieces(client.random, client)
        try:
            reply = exchange(address, data, method, whole)
        except h11.RemoteProtocolError as error:
            found.append(
                Found(program, data[0][:200].decode("latin-1"), [], data[1:], f"{type(error).__name__}: {error}")
            )
            continue
        if reply is None:
            continue
        client.learn(reply)
        if what := fault(method, reply):
            found.append(Found(program, data[0][:200].decode("latin-1"), [], data[1:], what))
    return found
