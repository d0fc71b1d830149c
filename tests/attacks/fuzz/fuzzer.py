"""Odd requests for one program, and what its answers break.

python -m tests.attacks.fuzz.fuzzer [REQUESTS] [SEED] [PROGRAM ...]
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocketDisconnect

from tests.attacks.fuzz import inputs
from tests.attacks.fuzz.rules import fault
from tests.attacks.wire import Reply, Running, ask, running
from tools.programs import SNIPPETS, programs

Headers = list[tuple[bytes, bytes]]
LIFE = 400  # requests that one app is asked; then a new one begins with nothing kept


@dataclass(frozen=True)
class Found:
    """A request whose answer breaks a rule."""

    program: str
    call: str
    headers: Headers
    body: bytes | list[bytes]
    what: str
    before: list[str] = field(default_factory=list, compare=False)

    def __str__(self) -> str:
        body = self.body if isinstance(self.body, bytes) else b"".join(self.body[:2])
        call = self.call if len(self.call) < 90 else f"{self.call[:80]}… ({len(self.call)})"
        sent = [f"{k.decode('latin-1')}: {v[:60].decode('latin-1')!r}" for k, v in self.headers]
        return f"{self.program}: {call} {'; '.join(sent)} body {body[:60]!r} ({len(body)}): {self.what}"


def routes(app: Any, prefix: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """The path of each route, with those of what is mounted, also below a middleware."""
    while not hasattr(app, "routes") and hasattr(app, "app"):
        app = app.app
    for route in getattr(app, "routes", []):
        if isinstance(route, Mount):
            yield from routes(route.app, prefix + route.path)
        elif isinstance(route, Route | WebSocketRoute):
            yield prefix + route.path, route


def requests(app: Any) -> Iterator[tuple[str, str]]:
    """The path and the method of each request that has a route; a HEAD is asked as a GET is."""
    for path, route in routes(app):
        for method in sorted((getattr(route, "methods", None) or set()) - {"HEAD"}):
            yield path, method


def filled(path: str, value: Callable[[str], str]) -> str:
    """The path of a route with a value for each of its parameters, by the parameter's name."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: value(found[1]), path)


class Client:
    """Asks one running app, and uses again what comes back: cookies, tags, addresses, names."""

    def __init__(self, program: str, app: Running, random: Random) -> None:
        self.program, self.running, self.random = program, app, random
        self.jar: dict[bytes, bytes] = {}
        self.tags: list[bytes] = []
        self.seen: list[str] = []
        self.done = 0
        self.log: list[str] = []
        self.routes = [*routes(app.app)]

    def target(self) -> tuple[str, str]:
        random = self.random
        path, route = random.choice(self.routes)
        methods = sorted(getattr(route, "methods", None) or {"GET"})
        method = random.choice(methods) if random.random() < 0.93 else random.choice(inputs.METHODS)
        filled = re.sub(
            rb"\{(\w+)(:\w+)?\}",
            lambda match: inputs.segment(random, self.seen, match[2] == b":int" or random.random() < 0.1),
            path.encode(),
        )
        if random.random() < 0.04:
            filled = inputs.mangled(random, filled)
        if random.random() < 0.03:
            filled = random.choice(
                [b"/", b"//", b"", b"/" * 3000, b"/.", b"/..", b"/%2e%2e/", b"*", b"/?", filled + b"/"]
            )
        if random.random() < 0.15:
            filled += (
                b"?"
                + random.choice([b"customer", b"next", b"x", b""])
                + b"="
                + inputs.segment(random, self.seen, False)
            )
        return method, inputs.clean(filled)

    def headers(self) -> Headers:
        random, made = self.random, list[tuple[bytes, bytes]]()
        if random.random() < 0.7:
            made += self.running.token()
        if random.random() < 0.6:
            made += [(b"origin", b"https://shop.example"), (b"sec-fetch-site", b"same-origin")]
        if self.jar and random.random() < 0.7:
            made.append((b"cookie", b"; ".join(k + b"=" + v for k, v in self.jar.items())))
        for _ in range(random.choice([0, 0, 0, 1, 1, 2, 3, 5])):
            made.append(inputs.header(random, self.tags, self.jar))
        return made

    def learn(self, reply: Reply) -> None:
        for name, value in reply.headers:
            if name == b"set-cookie":
                key, _, text = value.partition(b";")[0].partition(b"=")
                self.jar[key] = text
            elif name == b"etag":
                self.tags = [*self.tags[-9:], value]
            elif name == b"location":
                self.seen += value.decode("latin-1").split("/")[-1:]
        if reply.ok and len(reply.body) < 2000:
            self.seen += re.findall(r'"([^"\\]+)"', reply.text)[:3]
        del self.seen[:-30]

    async def asked(self, call: str, headers: Headers, body: bytes | list[bytes], cut: bool = False) -> Iterable[Found]:
        """One request; what it broke."""
        self.done += 1
        state: dict[str, Any] = {"state": dict(self.running.state)} if self.running.state else {}
        reply = await ask(self.running.app, call, headers, body, cut=cut, **state)
        if cut and isinstance(reply.raised, ClientDisconnect):
            return []  # who is gone is told nothing
        self.learn(reply)
        self.log = [*self.log[-5:], f"{call[:80]} → {reply.status}"]
        if what := fault(call.partition(" ")[0], reply):
            return [Found(self.program, call, headers, body, what, self.log)]
        unsafe = call.startswith(("PUT", "POST", "PATCH", "DELETE"))
        return await self.read_back(call, headers) if reply.ok and unsafe else []

    async def read_back(self, call: str, headers: Headers) -> list[Found]:
        """Whatever was accepted can be given back: no reading fails after it."""
        found: list[Found] = []
        parts = call.partition(" ")[2].partition("?")[0].split("/")
        kept = [pair for pair in headers if pair[0] in {b"authorization", b"cookie"}]
        for path, route in self.routes:
            if isinstance(route, Route) and "GET" in (route.methods or set()):
                names = path.split("/")
                filled = [
                    (parts[n] if n < len(parts) else "0") if name.startswith("{") else name
                    for n, name in enumerate(names)
                ]
                found += await self.asked(f"GET {'/'.join(filled)}", kept, b"")
        return [Found(f.program, f.call, f.headers, f.body, f"after {call[:120]}: {f.what}", f.before) for f in found]

    async def socket(self, path: str) -> Iterable[Found]:
        """A WebSocket that brings any messages, and goes away when it likes."""
        random = self.random
        self.done += 1
        queue: list[Message] = [{"type": "websocket.connect"}]
        for _ in range(random.randrange(4)):
            some = inputs.text(random, self.seen)
            odd: dict[str, Any] = random.choice(
                [{"text": some}, {"bytes": some.encode()}, {"text": some, "bytes": None}]
            )
            queue.append({"type": "websocket.receive", **odd})
        if random.random() < 0.1:
            queue.append({"type": "websocket.receive", "text": "a" * 1_000_000})
        sent = [*queue]

        async def receive() -> Message:
            return queue.pop(0) if queue else {"type": "websocket.disconnect", "code": 1001}

        async def send(message: Message) -> None:
            json.dumps(message, default=repr)

        scope: dict[str, Any] = {
            "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "wss", "path": path,
            "raw_path": path.encode(), "query_string": b"", "root_path": "", "subprotocols": [],
            "headers": [(b"host", b"shop.example"), *self.headers()], "state": dict(self.running.state or {}),
        }  # fmt: skip
        try:
            await self.running.app(scope, receive, send)
        except WebSocketDisconnect:
            return []
        except Exception as error:
            what = f"{type(error).__name__} left the app: {error}"
            return [Found(self.program, f"WEBSOCKET {path}", [], repr(sent)[:200].encode(), what)]
        return []

    async def step(self) -> Iterable[Found]:
        path, route = self.random.choice(self.routes)
        if isinstance(route, WebSocketRoute):
            return await self.socket(path)
        method, target = self.target()
        headers, body = self.headers(), inputs.body(self.random)
        if self.random.random() < 0.3:
            size = sum(map(len, [body] if isinstance(body, bytes) else body))
            headers.append((b"content-length", str(size).encode()))
        return await self.asked(f"{method} {target}", headers, body, cut=self.random.random() < 0.02)


async def fuzz(program: str, requests: int, seed: int, most: int = 5) -> tuple[int, list[Found]]:
    """So many requests for this program; how many it were, and the faults, one of each kind."""
    random, done, found = Random(f"{program} {seed}"), 0, dict[str, Found]()
    while done < requests and len(found) < most:
        async with AsyncExitStack() as life:
            client = Client(program, await life.enter_async_context(running(program)), random)
            while client.done < LIFE and done + client.done < requests and len(found) < most:
                for each in await client.step():
                    kind = re.sub(
                        r"\d+|'.*?'", "…", each.what.split(": ", 1)[-1] if "after" in each.what else each.what
                    )
                    found.setdefault(kind[:60], each)
            done += client.done
    return done, [*found.values()]


def members() -> list[str]:
    """Every program that has an app."""
    return [path.relative_to(SNIPPETS).as_posix() for path in programs()]


def main() -> None:
    requests, seed = (
        (int(word) for word in [*sys.argv[1:3], "100000", "1"][:2])
        if len(sys.argv) > 2
        else (int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, 1)
    )
    names = sys.argv[3:] or members()
    total, began = 0, time.monotonic()
    for name in names:
        at = time.monotonic()
        done, found = asyncio.run(fuzz(name, max(1, requests // len(names)), seed))
        total += done
        print(f"{name:48}{done:8}{time.monotonic() - at:7.1f} s", *found, sep="\n    ", flush=True)
    print(f"{total} requests, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
