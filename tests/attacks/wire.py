"""An app is asked in raw ASGI: any byte that a socket could bring, and nothing that a client tidies up."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote_to_bytes

import anyio.to_thread
from starlette.types import ASGIApp, Message

from testbed.lifespan import Lifespan
from tools.programs import SNIPPETS, fresh

Pairs = list[tuple[bytes, bytes]]
HOST = b"shop.example"
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None  # files that cost no disk


@dataclass
class Reply:
    """What came back; `raised` is an exception that left the app."""

    status: int = 0
    headers: Pairs = field(default_factory=list)
    body: bytes = b""
    raised: BaseException | None = None

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.encode()]
        return found[0].decode("latin-1") if found else None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


async def ask(
    app: ASGIApp,
    call: str,
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: bytes | list[bytes] = b"",
    *,
    cut: bool = False,
    **scope: Any,
) -> Reply:
    """One request, `"POST /cart/tea"`; with `cut` the client goes away before the body is whole."""
    method, _, target = call.partition(" ")
    path, _, query = target.encode("utf-8", "surrogateescape").partition(b"?")
    chunks = [body] if isinstance(body, bytes) else [*body]
    messages: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if not cut:
        messages[-1]["more_body"] = False
    gone: asyncio.Event = asyncio.Event()
    reply = Reply()

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        if not cut and not gone.is_set():
            await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = [(bytes(k), bytes(v)) for k, v in message.get("headers", [])]
        elif message["type"] == "http.response.body":
            reply.body += message.get("body", b"")
            if not message.get("more_body"):
                gone.set()

    base: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote_to_bytes(path).decode("utf-8", "surrogateescape" if scope.pop("loose", 0) else "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [*headers],
        "client": ("192.0.2.1", 50000),
        "server": ("shop.example", 443),
    }
    if not any(name == b"host" for name, _ in base["headers"]):
        base["headers"].insert(0, (b"host", HOST))
    try:
        await app(base | scope, receive, send)
    except Exception as error:
        reply.raised = error
    return reply


class Browser:
    """A client that keeps cookies, as far as attacks need it, and adds what a browser adds to its own page."""

    def __init__(self, app: ASGIApp, extra: Iterable[tuple[bytes, bytes]] = (), state: Any = None) -> None:
        self.app, self.jar, self.extra = app, dict[str, str](), [*extra]
        self.state = state

    def cookie(self) -> Pairs:
        line = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return [(b"cookie", line.encode("latin-1"))] if line else []

    def take(self, reply: Reply) -> None:
        """Keep what the reply sets, and drop what it ends."""
        for name, value in reply.headers:
            if name.lower() == b"set-cookie":
                pair, *flags = value.decode("latin-1").split(";")
                key, _, text = pair.partition("=")
                ended = any(re.fullmatch(r"\s*(max-age=0|expires=\w+, 01 jan 1970.*)", flag, re.I) for flag in flags)
                self.jar.pop(key.strip(), None)
                if not ended:
                    self.jar[key.strip()] = text.strip()

    async def start(self, call: str, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b"") -> Reply:
        """The reply, whose cookies have not been taken yet."""
        state: dict[str, Any] = {"state": dict(self.state)} if self.state else {}
        own = [] if call.startswith("GET") else [(b"origin", b"https://" + HOST), (b"sec-fetch-site", b"same-origin")]
        named = {name for name, _ in headers}
        own = [pair for pair in own if pair[0] not in named]
        return await ask(self.app, call, [*own, *self.cookie(), *self.extra, *headers], body, **state)

    async def ask(self, call: str, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b"") -> Reply:
        reply = await self.start(call, headers, body)
        self.take(reply)
        return reply


@dataclass
class Running:
    """A program's app, its folder and what it printed while it was made; tokens are among that."""

    app: ASGIApp
    folder: Path
    said: str
    state: Mapping[str, Any]

    def token(self) -> Pairs:
        found = re.search(r"Authorization: (Bearer \S+)", self.said)
        return [(b"authorization", found[1].encode())] if found else []

    def browser(self) -> Browser:
        return Browser(self.app, self.token(), self.state)


def as_it_is(app: ASGIApp) -> None:
    """Changes nothing."""


# Where the programs run, instead of in this process: what takes a program's app, and gives one that leads to it.
ELSEWHERE: ContextVar[Callable[[str, ASGIApp], ASGIApp] | None] = ContextVar("ELSEWHERE", default=None)


@contextlib.asynccontextmanager
async def running(path: str, change: Callable[[Any], None] = as_it_is) -> Any:
    """The program, as a download would serve it, in a folder of its own, changed so, and started."""
    said, elsewhere = io.StringIO(), ELSEWHERE.get()
    with TemporaryDirectory(dir=MEMORY) as folder, contextlib.redirect_stdout(said):
        app = made(path, Path(folder))
        change(app)
        if elsewhere:
            yield Running(elsewhere(path, app), Path(folder), said.getvalue(), {})
            return
        lifespan = Lifespan(app)
        await lifespan.start()
        try:
            yield Running(app, Path(folder), said.getvalue(), lifespan.state)
        finally:
            await lifespan.stop()


def made(path: str, folder: Path, **given: bool) -> ASGIApp:
    """The app of a program of snippets/, or of one that stands here: in naive/, wrong on purpose, or in libraries/."""
    if not path.startswith(("naive/", "libraries/")):
        return fresh(SNIPPETS / path, folder)
    name = path.removesuffix(".py").replace("/", ".")
    app: ASGIApp = importlib.import_module(f"tests.attacks.{name}").make_app(folder, **given)
    return app


@contextlib.contextmanager
def in_turns() -> Iterator[None]:
    """Work that is given to threads is done on the loop, with a turn for everybody before and after it.

    So a race comes out the same in every run, and can be tried at each of its turns.
    """
    true = anyio.to_thread.run_sync

    async def run_sync(func: Any, *args: Any, **_: Any) -> Any:
        await asyncio.sleep(0)
        result = func(*args)
        await asyncio.sleep(0)
        return result

    anyio.to_thread.run_sync = run_sync  # type: ignore[assignment]
    try:
        yield
    finally:
        anyio.to_thread.run_sync = true
