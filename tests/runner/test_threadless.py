"""The shim: what would block takes turns on the event loop, and no thread is ever started."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator

import anyio
import anyio.to_thread
import pytest
import threadless
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in WebAssembly."""

    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    with threadless.installed():
        yield
    threadless.reset()


def test_every_kind_of_endpoint() -> None:
    log: list[str] = []

    def plain(request: Request) -> Response:
        return JSONResponse(threading.get_ident(), background=BackgroundTask(log.append, "after"))

    async def chunks() -> AsyncIterator[str]:
        for word in ("tea", "jam"):
            await asyncio.sleep(0.01)
            yield word

    async def stream(request: Request) -> Response:
        return StreamingResponse(chunks())

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        log.append("up")
        yield
        log.append("down")

    routes = [Route("/plain", plain), Route("/stream", stream)]
    with TestClient(Starlette(routes=routes, lifespan=lifespan)) as client:
        assert client.get("/plain").json() == threading.get_ident()
        assert client.get("/stream").text == "teajam"
    assert log == ["up", "after", "down"]


def test_websockets() -> None:
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.send_text(await websocket.receive_text() + "!")

    client = TestClient(Starlette(routes=[WebSocketRoute("/", echo)]))
    with client.websocket_connect("/") as one, client.websocket_connect("/") as two:
        one.send_text("a")
        two.send_text("b")
        assert [two.receive_text(), one.receive_text()] == ["b!", "a!"]


def test_an_exception_comes_through_the_portal() -> None:
    async def broken(request: Request) -> Response:
        raise LookupError("no tea")

    app = Starlette(routes=[Route("/", broken)])
    with pytest.raises(LookupError, match="no tea"):
        TestClient(app).get("/")
    assert TestClient(app, raise_server_exceptions=False).get("/").status_code == 500

    async def stop(request: Request) -> Response:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TestClient(Starlette(routes=[Route("/", stop)])).get("/")
    threadless.reset()


@pytest.mark.parametrize("wait", ["event", "queue", "future", "loop"])
def test_what_would_hang_is_a_deadlock(wait: str) -> None:
    waits: dict[str, Callable[[], object]] = {
        "event": lambda: threading.Event().wait(),
        "queue": lambda: queue.Queue[int]().get(),
        "future": lambda: concurrent.futures.Future[int]().result(),
        "loop": lambda: asyncio.run(asyncio.Event().wait()),
    }
    with pytest.raises(threadless.Deadlock):
        waits[wait]()


def test_a_condition_is_waited_for_by_its_owner() -> None:
    with pytest.raises(RuntimeError, match="un-acquired"):
        threading.Condition().wait()


def test_a_deadlock_in_one_request_leaves_the_next_alone() -> None:
    async def hang(request: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def ping(request: Request) -> Response:
        return PlainTextResponse("pong")

    client = TestClient(Starlette(routes=[Route("/hang", hang), Route("/ping", ping)]))
    with pytest.raises(threadless.Deadlock):
        client.get("/hang")
    threadless.reset()
    assert client.get("/ping").text == "pong"


def test_loops_within_loops() -> None:
    def inner(request: Request) -> Response:
        return PlainTextResponse("inner")

    def outer(request: Request) -> Response:
        return PlainTextResponse(TestClient(Starlette(routes=[Route("/", inner)])).get("/").text + " in outer")

    async def main() -> str:
        await asyncio.sleep(0)
        text = TestClient(Starlette(routes=[Route("/", outer)])).get("/").text
        assert asyncio.current_task() is not None
        return text

    assert asyncio.run(main()) == "inner in outer"


def test_time_outs() -> None:
    began = time.monotonic()
    assert not threading.Event().wait(0.05)
    with pytest.raises(queue.Empty):
        queue.Queue[int]().get(timeout=0.05)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(asyncio.Event().wait(), 0.05))
    time.sleep(0.05)
    assert 0.2 <= time.monotonic() - began < 2
    with pytest.raises(ValueError, match="non-negative"):
        time.sleep(-1)


def test_sleep_lets_others_work() -> None:
    seen: list[str] = []

    async def ticks() -> None:
        for n in range(3):
            await anyio.sleep(0.01)
            seen.append(f"tick {n}")

    with threadless.start_blocking_portal() as portal:
        portal.start_task_soon(ticks)
        time.sleep(0.2)
        assert seen == ["tick 0", "tick 1", "tick 2"]


def test_who_blocks_a_loop_blocks_all_of_it() -> None:
    seen: list[str] = []

    async def tick() -> None:
        seen.append("tick")

    async def main() -> None:
        task = asyncio.create_task(tick())
        time.sleep(0.01)  # noqa: ASYNC251
        seen.append("slept")
        await task
        task = asyncio.create_task(tick())
        await asyncio.to_thread(time.sleep, 0.01)
        seen.append("slept elsewhere")

    asyncio.run(main())
    with threadless.start_blocking_portal() as portal:
        portal.call(main)
    assert seen == ["slept", "tick", "tick", "slept elsewhere"] * 2


def test_cancellation() -> None:
    cleaned: list[str] = []

    async def forever() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            cleaned.append("up")

    with threadless.start_blocking_portal() as portal:
        future = portal.start_task_soon(forever)
        time.sleep(0.01)
        future.cancel()
        time.sleep(0.01)
    assert cleaned == ["up"]

    def leave() -> None:
        with threadless.start_blocking_portal() as portal:
            portal.start_task_soon(forever)
            time.sleep(0.01)
            raise LookupError

    with pytest.raises(LookupError):
        leave()
    assert cleaned == ["up", "up"]

    async def in_time() -> bool:
        with anyio.move_on_after(0.01) as scope:
            await anyio.to_thread.run_sync(time.sleep, 0.05, abandon_on_cancel=True)
        return scope.cancelled_caught

    asyncio.run(in_time())


def test_worker_threads_are_turns() -> None:
    async def main() -> list[object]:
        with pytest.raises(RuntimeError, match="StopIteration"):
            await asyncio.to_thread(next, iter(()))
        db = await anyio.to_thread.run_sync(sqlite3.connect, ":memory:")
        row = await asyncio.to_thread(lambda: db.execute("select 7").fetchone())
        await asyncio.to_thread(db.close)
        return [row, await anyio.to_thread.run_sync(anyio.from_thread.run, anyio.sleep, 0)]

    assert asyncio.run(main()) == [(7,), None]


def test_no_other_backend() -> None:
    with pytest.raises(LookupError, match="trio"), threadless.start_blocking_portal("trio"):
        pass


def test_all_is_as_before_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = time.sleep
    with threadless.installed():
        assert time.sleep is ours
    with contextlib.suppress(LookupError), threadless.installed():
        raise LookupError
    assert time.sleep is threadless.sleep
