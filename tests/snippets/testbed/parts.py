"""Small parts of which apps are made by chance. Each says what the Replacement Test has to make of it.

A part is a function of a store that lies outside. It is called once for each copy of the app, and returns what answers:
a view of Starlette's, or an ASGI app.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import os
import random
import secrets
import sqlite3
import threading
import time
import uuid
import weakref
from base64 import b64encode
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from itertools import count
from pathlib import Path
from time import monotonic as early_monotonic
from time import time as early_time
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

View = Callable[[Request], Any]
Store = dict[str, int]
Asked = tuple[str, dict[str, Any]]
GET: Asked = ("GET", {})


@dataclass(frozen=True)
class Part:
    make: Callable[[Store], View | ASGIApp]
    kind: str
    raw: bool = False  # an ASGI app, and no view
    asked: tuple[Asked, ...] = (GET, GET)  # the calls after which its memory shows

    def __repr__(self) -> str:
        return self.make.__name__


PARTS: list[Part] = []


def part(kind: str, *asked: Asked, raw: bool = False) -> Callable[[Any], Any]:
    def listed(make: Any) -> Any:
        PARTS.append(Part(make, kind, raw, asked or (GET, GET)))
        return make

    return listed


def says(kind: str, **answers: Callable[[], Any]) -> None:
    """Parts that need no more than a function: `start()` gives what is called for each answer."""
    for name, start in answers.items():

        def make(store: Store, start: Callable[[], Any] = start) -> View:
            answer = start()
            return lambda request: response(answer())

        make.__name__ = name
        part(kind)(make)


def response(said: Any) -> Response:
    if isinstance(said, bytes | str):
        return Response(said)
    return said if isinstance(said, Response) else JSONResponse(said)


def counted(form: Callable[[int], Any]) -> Callable[[], Callable[[], Any]]:
    """Counts in each copy, and shows it in some form."""

    def start() -> Callable[[], Any]:
        numbers = count()
        return lambda: form(next(numbers))

    return start


def always(answer: Callable[[], Any]) -> Callable[[], Callable[[], Any]]:
    return lambda: answer


def started(draw: Callable[[], Any]) -> Callable[[], Callable[[], Any]]:
    """Draws when it starts, and keeps that."""

    def start() -> Callable[[], Any]:
        kept = draw()
        return lambda: kept

    return start


def first_use(draw: Callable[[], Any]) -> Callable[[], Callable[[], Any]]:
    """Draws when it is first asked, and keeps that."""
    return lambda: functools.cache(draw)


def ahead(draw: Callable[[], Any], at_once: bool = False) -> Callable[[], Callable[[], Any]]:
    """Draws five at a time, and gives each out once."""

    def start() -> Callable[[], Any]:
        pool = [draw() for _ in range(9 * at_once)]

        def answer() -> Any:
            pool.extend(draw() for _ in range(0 if pool else 5))
            return pool.pop()

        return answer

    return start


def replied(*headers: tuple[str, str], status: int = 200, body: str = "") -> Response:
    reply = Response(body, status)
    reply.raw_headers.extend((name.encode(), value.encode("latin-1")) for name, value in headers)
    return reply


def cookies(**pairs: str) -> Response:
    reply = Response()
    for name, value in pairs.items():
        reply.set_cookie(name, value)
    return reply


# -- YES: keep nothing, or nothing that shows, or keep it outside -------------------

says(
    "yes",
    constant=always(lambda: "tea"),
    empty=always(lambda: b""),
    no_text=always(lambda: b"\xff\xfe\x00"),
    status_alone=always(lambda: Response(status_code=418)),
    clock=always(lambda: time.time()),
    clock_ns=always(lambda: time.time_ns()),
    clock_monotonic=always(lambda: [time.monotonic(), time.monotonic_ns()]),
    clock_perf_counter=always(lambda: [time.perf_counter(), time.perf_counter_ns()]),
    clock_in_a_header=always(lambda: Response(headers={"date-of-answer": formatdate(usegmt=True)})),
    token=always(lambda: secrets.token_urlsafe()),
    uuid4=always(lambda: str(uuid.uuid4())),
    uuid4_as_a_number=always(lambda: uuid.uuid4().int),
    short_token=always(lambda: secrets.token_hex(3)),
    urandom=always(lambda: os.urandom(8)),
    die=always(lambda: secrets.randbelow(6)),
    choice=always(lambda: secrets.choice(["tea", "jam"])),
    system_random=always(lambda: random.SystemRandom().random()),
    several_cookies=always(lambda: cookies(a=secrets.token_hex(8), b="tea", c=str(time.time()))),
    name_nobody_holds=always(lambda: random.randbytes(16).hex()),
    names_drawn_ahead=ahead(lambda: secrets.token_hex(16)),
    names_drawn_at_start=ahead(lambda: uuid.uuid4().hex, at_once=True),
    counted_and_not_shown=counted(lambda n: f"tea{' ' * (n * 0)}"),
    lazily=first_use(lambda: {"prices": [1, 2, 3]}),
    from_the_start=started(lambda: hashlib.sha256(b"tea").hexdigest()),
    cut_elsewhere=counted(lambda n: StreamingResponse(iter(["te", "a"] if n % 2 else ["t", "ea"]))),
    a_set=always(lambda: JSONResponse(sorted({"a", "b", "c"}))),
)  # fmt: skip


@part("yes", GET, ("POST", {"content": b"\xff tea"}))
def echo(store: Store) -> View:
    async def view(request: Request) -> Response:
        return Response(await request.body(), headers={"x-asked": f"{request.method} {request.url.path}"})

    return view


@part("yes")
def raises(store: Store) -> View:
    def view(request: Request) -> Response:
        raise LookupError("tea")

    return view


@part("yes", ("HEAD", {}), ("HEAD", {}))
def hidden_from_head(store: Store) -> View:
    numbers = count()
    return lambda request: Response("tea" if request.method != "HEAD" else str(next(numbers) % 10))


@part("yes")
def named_twice(store: Store) -> View:
    def view(request: Request) -> Response:
        name = secrets.token_urlsafe(24)
        reply = Response(b64encode(name.encode()), 201, {"Location": f"/things/{name}", "ETag": f'"{name}"'})
        reply.set_cookie("last", name)
        return reply

    return view


@part("yes")
def by_cookie(store: Store) -> View:
    def view(request: Request) -> Response:
        n = int(request.cookies.get("n", "0")) + 1
        reply = JSONResponse(n)
        reply.set_cookie("n", str(n))
        return reply

    return view


@part("yes")
def memo(store: Store) -> View:
    known: dict[str, str] = {}
    return lambda request: Response(known.setdefault(request.url.path, request.url.path.upper()))


@part("yes")
def memo_of_a_module(store: Store) -> View:
    return lambda request: Response(upper(request.url.path))


@functools.lru_cache
def upper(path: str) -> str:
    return path.upper()


@part("yes")
def outside(store: Store) -> View:
    def view(request: Request) -> Response:
        store["n"] = store.get("n", 0) + 1
        return JSONResponse(store["n"])

    return view


@part("yes")
def outside_later(store: Store) -> View:
    def later() -> None:
        store["later"] = store.get("later", 0) + 1

    return lambda request: JSONResponse(store.get("later", 0), background=BackgroundTask(later))


@part("yes")
def context_of_a_request(store: Store) -> View:
    seen: ContextVar[int] = ContextVar("seen", default=0)

    async def view(request: Request) -> Response:
        seen.set(seen.get() + 1)
        return JSONResponse(seen.get())

    return view


@part("yes")
def weak_and_gone(store: Store) -> View:
    alive: weakref.WeakSet[Any] = weakref.WeakSet()

    def view(request: Request) -> Response:
        thing = frozenset([len(alive)])
        alive.add(thing)
        return JSONResponse(len(alive))

    return view


@part("yes", raw=True)
def trailers(store: Store) -> ASGIApp:
    return sending([(b"x-sum", b"1")])


def sending(trailer: list[tuple[bytes, bytes]], done: bool = True, start: Any = ()) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*start], "trailers": bool(trailer)})
        await send({"type": "http.response.body", "body": b"tea", "more_body": not done})
        if trailer:
            await send({"type": "http.response.trailers", "headers": trailer})

    return app


# -- YES OR UNSURE: keep nothing, but chance or time is out of the test's hands -----

MANY = ["tea", "jam", "bread", "milk"]

says(
    "not no",
    module_random=always(lambda: random.random()),
    module_coin=always(lambda: random.choice("ab")),
    module_shuffle=always(lambda: random.sample(MANY, 4)),
    own_random=always(lambda: random.Random().random()),
    own_random_kept=lambda: random.Random().random,
    uuid1=always(lambda: str(uuid.uuid1())),
    now=always(lambda: datetime.now(UTC).isoformat()),
    now_in_seconds=always(lambda: int(datetime.now(UTC).timestamp())),
    clock_by_name=always(lambda: early_time()),
    seconds_by_name=always(lambda: int(early_time())),
    hundredths_by_name=always(lambda: int(early_time() * 100)),
    monotonic_by_name=always(lambda: early_monotonic()),
    local_time=always(lambda: time.strftime("%H:%M:%S")),
    process_time=always(lambda: time.process_time()),
    dice_drawn_ahead=ahead(lambda: secrets.randbelow(6)),
    coins_drawn_ahead=ahead(lambda: secrets.choice("ab")),
    numbers_drawn_ahead=ahead(lambda: secrets.randbelow(10**9)),
    numbers_drawn_at_start=ahead(lambda: secrets.randbelow(10**9), at_once=True),
    short_names_drawn_ahead=ahead(lambda: secrets.token_hex(4)),
    address=always(lambda: id(object())),
    address_of_a_list=always(lambda: id([1, 2])),
)  # fmt: skip


@part("not no")
def address_of_a_request(store: Store) -> View:
    return lambda request: JSONResponse(id(request))


@part("not no")
def in_a_file(store: Store) -> View:
    """A file is there after the process: it lies outside, and nobody told the test."""

    def view(request: Request) -> Response:
        path = Path("kept")
        path.write_text(str(int(path.read_text()) + 1 if path.exists() else 0))
        return Response(path.read_text())

    return view


@part("not no")
def in_a_database(store: Store) -> View:
    def view(request: Request) -> Response:
        with sqlite3.connect("kept.sqlite") as db:
            db.execute("create table if not exists n (n)")
            db.execute("insert into n values (1)")
            (n,) = db.execute("select count(*) from n").fetchone()
        db.close()
        return JSONResponse(n % 2)

    return view


# -- NO: their memory shows, at the latest in the last of the calls that they name --


def middle(n: int) -> str:
    return f"{uuid.uuid4().hex}{n}{uuid.uuid4().hex}"


says(
    "no",
    count_in_body=counted(lambda n: n),
    count_in_header=counted(lambda n: Response(headers={"x-n": str(n)})),
    count_in_status=counted(lambda n: Response(status_code=409 if n else 201)),
    count_in_cookie=counted(lambda n: cookies(seen=str(n))),
    count_in_cookie_name=counted(lambda n: cookies(**{f"seen{n}": "tea"})),
    count_in_location=counted(lambda n: RedirectResponse(f"/pages/{n}")),
    count_in_stream=counted(lambda n: StreamingResponse(iter(["part ", str(n)]))),
    count_in_type=counted(lambda n: Response("1", media_type="text/plain" if n else "application/json")),
    count_in_name=counted(lambda n: f"{uuid.uuid4().hex}-{n}"),
    count_after_name=counted(lambda n: f"{uuid.uuid4().hex}{n}"),
    count_between_names=counted(middle),
    hash_between_names=counted(lambda n: middle(n) + hashlib.sha256(str(n).encode()).hexdigest() + middle(n)),
    count_like_a_name=counted(lambda n: f"{n:032x}"),
    count_and_die=counted(lambda n: [n, secrets.randbelow(6)]),
    count_and_random=counted(lambda n: [n, random.random()]),
    count_and_now=counted(lambda n: [str(datetime.now(UTC)), n, id(object())]),
    list_and_random=counted(lambda n: [random.random()] * (n + 1)),
    bytes_that_are_no_text=counted(lambda n: bytes([0xFF - n])),
    blanks_at_the_end=counted(lambda n: StreamingResponse(iter(["tea", " " * n]))),
    lines_at_the_end=counted(lambda n: StreamingResponse(iter(["tea", "\n" * n]))),
    case=counted(lambda n: "tea" if n else "Tea"),
    order_of_keys=counted(lambda n: dict.fromkeys(MANY[n % 4 :] + MANY[: n % 4])),
    order_of_cookies=counted(lambda n: cookies(**dict.fromkeys(MANY[n % 4 :] + MANY[: n % 4], "1"))),
    order_of_headers=counted(lambda n: replied(*[("x-a", "1"), ("x-b", "1")][:: 1 if n else -1])),
    order_of_a_header=counted(lambda n: replied(*[("x-a", "1"), ("x-a", "2")][:: 1 if n else -1])),
    header_twice=counted(lambda n: replied(*[("x-a", "1")] * (n + 1))),
    header_that_is_no_text=counted(lambda n: replied(("x-a", "\xe9" if n else "\xe8"))),
    header_of_trailing_blank=counted(lambda n: replied(("x-a", " " * n + "tea"))),
    first_clock=first_use(lambda: time.time()),
    start_clock=started(lambda: time.perf_counter()),
    start_name=started(lambda: uuid.uuid4().hex),
    first_name=first_use(lambda: secrets.token_hex(16)),
    seeded=lambda: random.Random(42).random,
    generator=lambda: (n for n in range(99)).__next__,
    once=lambda: iter([*"abcdefghij"]).__next__,
    toggle=lambda: itertools.cycle("ab").__next__,
    growing=counted(lambda n: "x" * (n + 1)),
    names_so_far=lambda: names_so_far_of([]),
)  # fmt: skip


def names_so_far_of(names: list[str]) -> Callable[[], list[str]]:
    return lambda: names.append(secrets.token_hex(16)) or names  # type: ignore[func-returns-value]


@part("no")
def closure(store: Store) -> View:
    n = 0

    def view(request: Request) -> Response:
        nonlocal n
        n += 1
        return JSONResponse(n)

    return view


@part("no")
def default_argument(store: Store) -> View:
    def view(request: Request, kept: list[int] = []) -> Response:  # noqa: B006
        kept.append(1)
        return JSONResponse(len(kept))

    return lambda request: view(request)


@part("no")
def class_attribute(store: Store) -> View:
    class Visits:
        seen = 0

    def view(request: Request) -> Response:
        Visits.seen += 1
        return JSONResponse(Visits.seen)

    return view


@part("no")
def state_of_the_app(store: Store) -> View:
    def view(request: Request) -> Response:
        request.app.state.kept = getattr(request.app.state, "kept", 0) + 1
        return JSONResponse(request.app.state.kept)

    return view


@part("no")
def context_that_is_shared(store: Store) -> View:
    empty: list[int] = []
    seen: ContextVar[list[int]] = ContextVar("seen", default=empty)

    async def view(request: Request) -> Response:
        seen.get().append(1)
        return JSONResponse(len(seen.get()))

    return view


@part("no")
def environment(store: Store) -> View:
    def view(request: Request) -> Response:
        os.environ["KEPT"] = os.environ.get("KEPT", "") + "x"
        return Response(os.environ["KEPT"])

    return view


@part("no")
def thread_local(store: Store) -> View:
    own = threading.local()

    async def view(request: Request) -> Response:
        own.n = getattr(own, "n", 0) + 1
        return JSONResponse(own.n)

    return view


@part("no")
def weak_and_held(store: Store) -> View:
    class Thing:
        pass

    held: list[Thing] = []
    alive: weakref.WeakSet[Thing] = weakref.WeakSet()

    def view(request: Request) -> Response:
        held.append(Thing())
        alive.add(held[-1])
        return JSONResponse(len(alive))

    return view


@part("no")
def database_in_memory(store: Store) -> View:
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.execute("create table n (n)")

    def view(request: Request) -> Response:
        db.execute("insert into n values (1)")
        return JSONResponse(db.execute("select count(*) from n").fetchone())

    weakref.finalize(view, db.close)
    return view


@part("no")
def file_of_a_start(store: Store) -> View:
    """Emptied when the process starts, so what it holds is the process's."""
    path = Path("emptied")
    path.write_text("")

    def view(request: Request) -> Response:
        path.write_text(path.read_text() + "x")
        return Response(path.read_text())

    return view


@part("no")
def in_background(store: Store) -> View:
    kept: list[int] = []
    return lambda request: JSONResponse(len(kept), background=BackgroundTask(kept.append, 1))


@part("no")
def body_used_up(store: Store) -> View:
    words = iter(["tea", " ", "jam"])

    async def stream() -> AsyncIterator[str]:
        for word in words:
            yield word

    return lambda request: StreamingResponse(stream())


@part("no")
def raises_later(store: Store) -> View:
    numbers = count()

    def view(request: Request) -> Response:
        return Response(str(1 // (1 - min(next(numbers), 1))))

    return view


@part("no")
def limit(store: Store) -> View:
    latest: deque[int] = deque(maxlen=2)

    def view(request: Request) -> Response:
        latest.append(1)
        return Response(status_code=429 if len(latest) == 2 else 204)

    return view


@part("no", raw=True)
def count_in_trailers(store: Store) -> ASGIApp:
    numbers = count()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await sending([(b"x-n", str(next(numbers)).encode())])(scope, receive, send)

    return app


@part("no", raw=True)
def cut_off_later(store: Store) -> ASGIApp:
    numbers = count()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await sending([], done=not next(numbers))(scope, receive, send)

    return app


@part("no", raw=True)
def bytes_in_headers(store: Store) -> ASGIApp:
    numbers = count()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await sending([], start=[(b"x-n", bytes([0xFF - next(numbers)]))])(scope, receive, send)

    return app


@part("no", *[GET] * 4)
def from_the_fourth_on(store: Store) -> View:
    numbers = count()
    return lambda request: Response("often" if next(numbers) >= 3 else "seldom")


@part("no", ("GET", {"headers": {"cookie": "member=1"}}), ("GET", {"headers": {"cookie": "member=1"}}))
def only_with_a_cookie(store: Store) -> View:
    numbers = count()
    return lambda request: JSONResponse(next(numbers) if request.cookies.get("member") else "tea")


@part("no", ("GET", {"headers": {"x-member": "1"}}), ("GET", {"headers": {"x-member": "1"}}))
def only_with_a_header(store: Store) -> View:
    numbers = count()
    return lambda request: JSONResponse(next(numbers) if request.headers.get("x-member") else "tea")


@part("no", ("POST", {"content": b"jam"}), GET)
def only_after_a_body(store: Store) -> View:
    kept: list[bytes] = []

    async def view(request: Request) -> Response:
        kept.append(await request.body())
        return Response("yes" if b"jam" in kept else "no")

    return view


@part("no", ("PUT", {}), ("PUT", {}), ("GET", {}))
def echoed_later(store: Store) -> View:
    """A name drawn by chance, and given out again by another request."""
    names = ["none"]

    def view(request: Request) -> Response:
        if request.method == "PUT":
            names.append(secrets.token_hex(16))
        return Response(names[-1])

    return view


def address_of(thing: object) -> Callable[[], int]:
    return lambda: id(thing)


# -- NOT YES: memory shows, but chance has a hand in all that shows it -------------

says(
    "not yes",
    start_die=started(lambda: secrets.randbelow(10**6)),
    start_short_name=started(lambda: secrets.token_hex(4)),
    start_coin_nobody_holds=started(lambda: random.Random().choice(MANY)),
    first_die=first_use(lambda: secrets.randbelow(10**6)),
    count_plus_die=counted(lambda n: 100 * n + secrets.randbelow(100)),
    address_kept=lambda: address_of(object()),
)  # fmt: skip

EVERYBODY, SEEN = count(), [0]


@part("not yes")
def count_of_a_module(store: Store) -> View:
    return lambda request: JSONResponse(next(EVERYBODY))


@part("not yes")
def list_of_a_module(store: Store) -> View:
    def view(request: Request) -> Response:
        SEEN[0] += 1
        return JSONResponse(SEEN)

    return view


@part("not yes")
def default_of_a_module(store: Store) -> View:
    return shared_default


def shared_default(request: Request, numbers: Iterator[int] = EVERYBODY) -> Response:
    return JSONResponse(next(numbers))


# -- UNSEEN: memory that shows, and the test says yes: the page has to tell ---------

THEMES = ["light"]


@part("unseen", ("PUT", {}), GET)
def setting_of_a_module(store: Store) -> View:
    def view(request: Request) -> Response:
        if request.method == "PUT":
            THEMES[0] = "dark"
        return Response(THEMES[0])

    return view


@part("unseen", ("PUT", {}), GET)
def name_and_its_hash(store: Store) -> View:
    """One name follows from the other by a sum that the test does not do."""
    name = secrets.token_hex(16)
    told = hashlib.sha256(name.encode()).hexdigest()
    return lambda request: Response(name if request.method == "PUT" else told)


@part("unseen")
def module_cache(store: Store) -> View:
    return lambda request: Response(known_to_the_process())


@functools.cache
def known_to_the_process() -> str:
    return secrets.token_hex(16)
