"""The Replacement Test itself is tried: on small apps, made by chance, whose answer is known."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import secrets
import time
import uuid
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from testbed import survives_replacement

View = Callable[[Request], Response]
Store = dict[str, int]
EXAMPLES = int(os.environ.get("FUZZ", "0")) // 100 or 40
SAMPLE = settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)


# -- parts that keep nothing, or nothing that shows, or keep it outside --------------


def constant(store: Store) -> View:
    return lambda request: Response("tea")


def echo(store: Store) -> View:
    return lambda request: JSONResponse([request.method, request.url.path])


def now(store: Store) -> View:
    return lambda request: JSONResponse(time.time())


def drawn(store: Store) -> View:
    return lambda request: JSONResponse([secrets.token_hex(16), str(uuid.uuid4()), secrets.randbelow(6)])


def named_twice(store: Store) -> View:
    def view(request: Request) -> Response:
        name = secrets.token_urlsafe(24)
        reply = Response(b64encode(name.encode()), 201, {"Location": f"/things/{name}", "ETag": f'"{name}"'})
        reply.set_cookie("last", name)
        return reply

    return view


def by_cookie(store: Store) -> View:
    def view(request: Request) -> Response:
        n = int(request.cookies.get("n", "0")) + 1
        reply = JSONResponse(n)
        reply.set_cookie("n", str(n))
        return reply

    return view


def tagged(store: Store) -> View:
    tag = hashlib.sha256(b"tea").hexdigest()
    return lambda request: Response("tea", headers={"ETag": f'"{tag}"'})


def unseen_counter(store: Store) -> View:
    numbers = count()
    return lambda request: Response(f"tea{' ' * (next(numbers) * 0)}")


def memo(store: Store) -> View:
    known: dict[str, str] = {}
    return lambda request: Response(known.setdefault(request.url.path, request.url.path.upper()))


def outside(store: Store) -> View:
    def view(request: Request) -> Response:
        store["n"] = store.get("n", 0) + 1
        return JSONResponse(store["n"])

    return view


def outside_later(store: Store) -> View:
    def later() -> None:
        store["later"] = store.get("later", 0) + 1

    return lambda request: JSONResponse(store.get("later", 0), background=BackgroundTask(later))


# -- parts whose memory shows at the second call of theirs --------------------------


def in_body(store: Store) -> View:
    numbers = count()
    return lambda request: JSONResponse(next(numbers))


def in_header(store: Store) -> View:
    numbers = count()
    return lambda request: Response(headers={"x-n": str(next(numbers))})


def in_status(store: Store) -> View:
    numbers = count()
    return lambda request: Response(status_code=409 if next(numbers) else 201)


def in_cookie(store: Store) -> View:
    numbers = count()

    def view(request: Request) -> Response:
        reply = Response()
        reply.set_cookie("seen", str(next(numbers)))
        return reply

    return view


def in_redirect(store: Store) -> View:
    numbers = count()
    return lambda request: RedirectResponse(f"/pages/{next(numbers)}")


def in_order(store: Store) -> View:
    keys = ["a", "b", "c"]

    def view(request: Request) -> Response:
        keys.append(keys.pop(0))
        return JSONResponse(dict.fromkeys(keys, 1))

    return view


def in_stream(store: Store) -> View:
    numbers = count()
    return lambda request: StreamingResponse(iter(["part ", str(next(numbers))]))


def in_background(store: Store) -> View:
    kept: list[int] = []
    return lambda request: JSONResponse(len(kept), background=BackgroundTask(kept.append, 1))


def in_lifespan(store: Store) -> View:
    def view(request: Request) -> Response:
        request.app.state.kept += 1
        return JSONResponse(request.app.state.kept)

    return view


def in_name(store: Store) -> View:
    numbers = count()
    return lambda request: JSONResponse(f"{uuid.uuid4().hex}-{next(numbers)}")


def like_a_name(store: Store) -> View:
    numbers = count()
    return lambda request: JSONResponse(f"{next(numbers):032x}")


def remembered_name(store: Store) -> View:
    names: list[str] = []

    def view(request: Request) -> Response:
        names.append(secrets.token_hex(16))
        return JSONResponse(names)

    return view


def cached_clock(store: Store) -> View:
    first: list[float] = []

    def view(request: Request) -> Response:
        first.append(time.time())
        return JSONResponse(first[0])

    return view


def sometimes_wrong(store: Store) -> View:
    numbers = count()

    def view(request: Request) -> Response:
        try:
            return Response(str(1 // (1 - min(next(numbers), 1))))
        except ZeroDivisionError as error:
            return Response(str(error), 500)

    return view


# -- parts on which the test says that it cannot tell ------------------------------

EVERYBODY = count()


def by_module(store: Store) -> View:
    return lambda request: JSONResponse(random.random())


def shared_by_copies(store: Store) -> View:
    return lambda request: JSONResponse(next(EVERYBODY))


KEEPS_NOTHING = [
    constant, echo, now, drawn, named_twice, by_cookie, tagged, unseen_counter, memo, outside, outside_later,
]  # fmt: skip
SHOWS = [
    in_body, in_header, in_status, in_cookie, in_redirect, in_order, in_stream, in_background, in_lifespan, in_name,
    like_a_name, remembered_name, cached_clock, sometimes_wrong,
]  # fmt: skip
CANNOT_TELL = [by_module, shared_by_copies]
Part = Callable[[Store], View]


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.kept = 0
    yield


def made(parts: list[Part]) -> Callable[[Store], Starlette]:
    def make_app(store: Store) -> Starlette:
        routes = [Route(f"/{n}", asked(part(store))) for n, part in enumerate(parts)]
        return Starlette(routes=routes, lifespan=lifespan)

    return make_app


def asked(view: View) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        return view(request)

    return endpoint


def verdict(parts: list[Part], calls: list[int]) -> str:
    return str(survives_replacement(made(parts), [f"GET /{n % len(parts)}" for n in calls], dict))


CALLS = st.lists(st.integers(0, 5), min_size=1, max_size=6)


def some(parts: Sequence[Part], least: int = 1) -> st.SearchStrategy[list[Part]]:
    return st.lists(st.sampled_from(parts), min_size=least, max_size=3)


@SAMPLE
@given(some(KEEPS_NOTHING), CALLS)
def test_what_keeps_nothing_is_never_called_stateful(parts: list[Part], calls: list[int]) -> None:
    assert verdict(parts, calls) == "yes"


@SAMPLE
@given(some(KEEPS_NOTHING, 0), st.sampled_from(SHOWS), CALLS, st.integers(0, 6), st.integers(0, 6))
def test_what_shows_its_memory_is_never_called_stateless(
    others: list[Part], part: Part, calls: list[int], first: int, second: int
) -> None:
    parts = [part, *others]
    asking = [n for n in calls if n % len(parts)]
    asking.insert(min(first, len(asking)), 0)
    asking.insert(min(second, len(asking)), 0)
    assert verdict(parts, asking).startswith("no: ")


@settings(SAMPLE, max_examples=EXAMPLES // 5)
@given(some(KEEPS_NOTHING, 0), st.sampled_from(CANNOT_TELL), CALLS)
def test_where_it_cannot_tell_it_says_so(others: list[Part], part: Part, calls: list[int]) -> None:
    assert verdict([part, *others], [0, *calls]).startswith("cannot tell: ")
