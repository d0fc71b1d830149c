"""Blocking code where no thread can be started: step the event loop instead.

Starlette's `TestClient` runs the app on the event loop of another thread and
waits for it. WebAssembly has no other thread. But whoever waits has nothing
else to do: so it runs the loop itself, until what it waits for has happened.

Five seams, none of them in Starlette:

1. `asyncio.new_event_loop` makes a `Loop`, which has no selector and whose
   turns can be nested;
2. `threading.Condition.wait`, below every `Future.result`, `Event.wait` and
   `Queue.get`, takes turns until it is notified;
3. `time.sleep` takes turns until the time has passed;
4. `anyio.from_thread.start_blocking_portal` starts its portal on such a loop;
5. what anyio and asyncio give to a worker thread runs in a turn of its own,
   outside of any running loop and task.
"""

# It steps asyncio's loop by names that asyncio keeps to itself:
# mypy: disable-error-code="attr-defined"

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import heapq
import sys
import threading
import time
from asyncio import base_events, events, tasks
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import anyio.from_thread
from anyio._backends._asyncio import AsyncIOBackend, CancelScope
from anyio._core._eventloop import set_current_async_library, threadlocals
from anyio.lowlevel import EventLoopToken

SLICE = 0.05  # seconds of sleep between which Python notices an interrupt

live: list[Loop] = []  # the loops that run: whoever waits takes turns on them
idle: Callable[[float], object] = time.sleep  # how to wait for the clock


class Deadlock(RuntimeError):
    """Somebody waits and nothing is left to do: with threads this would hang."""


class Loop(base_events.BaseEventLoop):
    """An event loop of callbacks and timers, without files to watch."""

    busy = False  # in a callback, so that nobody else can have a turn

    def run_forever(self) -> None:
        live.append(self)
        try:
            super().run_forever()
        finally:
            live.remove(self)

    def _write_to_self(self) -> None:
        """Wake nobody: there is no other thread in which this could sleep."""

    def run_in_executor(self, executor: object, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """What `asyncio.to_thread` calls."""
        future = self.create_future()
        soon(self, future, lambda: func(*args))
        return future

    def due(self) -> float | None:
        """The seconds until something can run; None where nothing ever will."""
        if self._ready or self._stopping:
            return 0
        while self._scheduled and self._scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            heapq.heappop(self._scheduled)._scheduled = False
        return max(0, self._scheduled[0]._when - self.time()) if self._scheduled else None

    def _run_once(self) -> None:
        """One turn, as in asyncio, but it may be nested in another one."""
        if (due := self.due()) != 0:
            take_turns(lambda: self.due() == 0, due)
        end = self.time() + self._clock_resolution
        while self._scheduled and self._scheduled[0]._when < end:
            timer = heapq.heappop(self._scheduled)
            timer._scheduled = False
            self._ready.append(timer)
        for _ in range(len(self._ready)):
            if not self._ready:  # a nested turn took them
                break
            handle = self._ready.popleft()
            if not handle._cancelled:
                self.busy = True
                try:
                    handle._run()
                finally:
                    self.busy = False

    def turn(self) -> None:
        """One turn from outside."""
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)
        events._set_running_loop(self)
        try:
            self._run_once()
        finally:
            events._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    """Be for a while what another thread is: outside of the running loop and task."""
    loop = events._get_running_loop()
    task = tasks.current_task(loop) if loop else None
    if loop and task:
        tasks._leave_task(loop, task)
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(loop)
        if loop and task:
            tasks._enter_task(loop, task)


def take_turns(done: Callable[[], bool], timeout: float | None = None) -> bool:
    """Step the live loops until it is `done`; False where the time is up before.

    Raises: Deadlock, where neither can ever be.
    """
    end = None if timeout is None else time.monotonic() + timeout
    with elsewhere():
        while not done():
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                return False
            waiting = {loop: due for loop in live if not loop.busy and (due := loop.due()) is not None}
            first = min(waiting, key=waiting.__getitem__, default=None)
            if first and not waiting[first]:
                first.turn()
            elif not first and left is None:
                raise Deadlock("waiting for something that no task is going to do")
            else:
                idle(min(seconds for seconds in (*waiting.values(), left, SLICE) if seconds is not None))
    return True


def wait(self: threading.Condition, timeout: float | None = None) -> bool:
    """In place of `threading.Condition.wait`."""
    if not self._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    waiter = threading.Lock()
    waiter.acquire()
    self._waiters.append(waiter)
    state = self._release_save()
    try:
        return take_turns(lambda: waiter.acquire(False), timeout)
    finally:
        self._acquire_restore(state)
        with contextlib.suppress(ValueError):  # who notifies has removed it
            self._waiters.remove(waiter)


def sleep(seconds: float, /) -> None:
    """In place of `time.sleep`."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    take_turns(lambda: False, seconds)


def soon(loop: Loop, future: asyncio.Future[Any], work: Callable[[], Any]) -> None:
    """Do in a turn of the loop what a worker thread would do, and settle the future."""

    def turn() -> None:
        result, error = None, None
        with elsewhere():
            loop.busy = False  # as far as this turn is concerned
            try:
                result = work()
            except BaseException as raised:
                error = raised
            loop.busy = True
        if future.cancelled():
            return
        if isinstance(error, StopIteration):
            error = RuntimeError("coroutine raised StopIteration")
        if error:
            future.set_exception(error)
        else:
            future.set_result(result)

    loop.call_soon(turn)


@contextlib.contextmanager
def start_blocking_portal(
    backend: str = "asyncio", backend_options: dict[str, Any] | None = None, *, name: str | None = None
) -> Iterator[anyio.from_thread.BlockingPortal]:
    """In place of anyio's: the same portal, on a loop of this thread."""
    if backend != "asyncio":
        raise LookupError(f"No such backend here: {backend}")
    started: Future[anyio.from_thread.BlockingPortal] = Future()

    async def serve() -> None:
        async with anyio.from_thread.BlockingPortal() as portal:
            portal._event_loop_thread_id = -1  # another one than this, so that it may be called from here
            started.set_result(portal)
            await portal.sleep_until_stopped()

    runner = asyncio.Runner(loop_factory=Loop, debug=(backend_options or {}).get("debug"))
    loop = runner.get_loop()
    assert isinstance(loop, Loop)
    live.append(loop)
    task = loop.create_task(serve(), context=contextvars.Context())
    try:
        portal, cancel = started.result(), False
        try:
            yield portal
        except BaseException:
            cancel = True
            raise
        finally:
            with contextlib.suppress(RuntimeError):  # it has stopped already
                portal.call(portal.stop, cancel)
    finally:
        take_turns(task.done)
        live.remove(loop)
        with elsewhere():
            runner.close()
        if not task.cancelled():
            task.exception()  # now it counts as seen


async def run_sync_in_worker_thread(
    cls: type[AsyncIOBackend], func: Callable[..., Any], args: Any, abandon_on_cancel: bool = False, limiter: Any = None
) -> Any:
    """In place of anyio's, for `def` endpoints, files and `run_in_threadpool`."""
    await cls.checkpoint()
    async with limiter or cls.current_default_thread_limiter():
        with CancelScope(shield=not abandon_on_cancel) as scope:
            loop: Any = asyncio.get_running_loop()
            future: asyncio.Future[Any] = loop.create_future()
            context = contextvars.copy_context()
            context.run(set_current_async_library, None)

            def work() -> Any:
                saved = dict(threadlocals.__dict__)
                threadlocals.current_token = EventLoopToken(cls, loop)
                threadlocals.current_cancel_scope = scope if abandon_on_cancel else scope._parent_scope or scope
                try:
                    return context.run(func, *args)
                finally:
                    threadlocals.__dict__.clear()
                    threadlocals.__dict__.update(saved)

            soon(loop, future, work)
            return await future


def reset() -> None:
    """Forget what was left running, a `TestClient` that nobody closed for instance."""
    for loop in live:
        loop._ready.clear()
        loop._scheduled.clear()
        loop.close()
    live.clear()
    events._set_running_loop(None)


SEAMS = [
    (asyncio, "new_event_loop", Loop),
    (events, "new_event_loop", Loop),
    (threading.Condition, "wait", wait),
    (time, "sleep", sleep),
    (anyio.from_thread, "start_blocking_portal", start_blocking_portal),
    (AsyncIOBackend, "run_sync_in_worker_thread", classmethod(run_sync_in_worker_thread)),
]


def install() -> None:
    """Put all five in place, for good."""
    for place, name, ours in SEAMS:
        setattr(place, name, ours)


@contextlib.contextmanager
def installed() -> Iterator[None]:
    """Put all five in place for a while."""
    before = [(place, name, vars(place)[name]) for place, name, _ in SEAMS]
    install()
    try:
        yield
    finally:
        for place, name, theirs in before:
            setattr(place, name, theirs)
