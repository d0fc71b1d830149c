"""Apps with chance, clocks and fresh names: yes to the stateless, no to the stateful, and neither by luck."""

import itertools
import random
import secrets
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from start.break_a_cluster import login
from testbed import is_idempotent, survives_replacement
from testbed.play import Call

THREE = ["GET /"] * 3
Answers = Callable[[], Any]


def app(answer: Answers) -> Starlette:
    async def endpoint(request: Request) -> Response:
        said = answer()
        return said if isinstance(said, Response) else JSONResponse(said)

    return Starlette(routes=[Route("/", endpoint)])


def batch() -> Answers:
    pool: list[str] = []

    def one() -> str:
        if not pool:
            pool.extend(uuid.uuid4().hex for _ in range(5))
        return pool.pop()

    return one


def counted(form: Callable[[int], Any]) -> Answers:
    numbers = itertools.count()
    return lambda: form(next(numbers))


def instance() -> Answers:
    name = uuid.uuid4().hex
    return lambda: name


def numbered_instance() -> Answers:
    name = uuid.uuid4().hex
    return counted(lambda n: f"{name}-{n}")


def uptime() -> Answers:
    started = time.time()
    return lambda: time.time() - started


YES: dict[str, Callable[[], Answers]] = {
    "uuid": lambda: lambda: str(uuid.uuid4()),
    "time": lambda: time.time,
    "die": lambda: lambda: secrets.randbelow(6),
    "a name that nobody holds": lambda: lambda: random.randbytes(16).hex(),
    "names drawn ahead": batch,
}
NO: dict[str, Callable[[], Answers]] = {
    "counter like an id": lambda: counted(lambda n: f"{n:032x}"),
    "uuid-counter": lambda: counted(lambda n: f"{uuid.uuid4()}-{n}"),
    "uuidcounter": lambda: counted(lambda n: f"{uuid.uuid4().hex}{n}"),
    "counter between names": lambda: counted(lambda n: f"{uuid.uuid4().hex}{n}{uuid.uuid4().hex}"),
    "die and counter": lambda: counted(lambda n: [n, secrets.randbelow(6)]),
    "counter in a header": lambda: counted(lambda n: Response(headers={"x-n": str(n)})),
    "name of the process": instance,
    "name of the process and counter": numbered_instance,
    "uptime": uptime,
}


@pytest.mark.parametrize("name", YES)
def test_chance_and_time_are_no_state(name: str) -> None:
    assert str(survives_replacement(lambda: app(YES[name]()), THREE)) == "yes"


@pytest.mark.parametrize("name", NO)
def test_state_is_not_excused_by_chance(name: str) -> None:
    assert str(survives_replacement(lambda: app(NO[name]()), THREE)).startswith("no: ")


def test_a_name_shown_once_tells_nobody_anything() -> None:
    assert survives_replacement(lambda: app(instance()), THREE[:1])


def test_what_nobody_can_hold_gets_no_verdict() -> None:
    verdict = survives_replacement(lambda: app(random.random), THREE)
    assert str(verdict).startswith("cannot tell: ")
    with pytest.raises(ValueError, match="cannot tell"):
        bool(verdict)


def test_a_login_passes_with_its_memory_outside_and_not_with_it_inside() -> None:
    calls = ["POST /login", "GET /me"] * 2
    assert survives_replacement(login.make_app, calls, login.Memory)
    assert not survives_replacement(login.make_app, calls)
    assert not is_idempotent(login.make_app, "POST /login", ["GET /me"], login.Memory)


def orders(kept: dict[str, str] | None = None) -> Starlette:
    store = {} if kept is None else kept

    async def post(request: Request) -> Response:
        name = random.randbytes(16).hex()
        store[name] = "tea"
        return Response(status_code=201, headers={"Location": f"/orders/{name}"})

    async def get(request: Request) -> Response:
        return JSONResponse(store.get(request.path_params["name"], "lost"))

    return Starlette(routes=[Route("/orders", post, methods=["POST"]), Route("/orders/{name}", get)])


def test_a_call_may_follow_a_location_and_its_name_is_followed() -> None:
    def follow(answers: list[Any]) -> str:
        return f"GET {answers[-1].headers['location']}"

    calls: list[Call] = ["POST /orders", follow] * 2
    assert survives_replacement(orders, calls, dict)
    verdict = survives_replacement(orders, calls)
    assert str(verdict) == 'no: GET /orders/‹1› → 200 "tea", but if replaced GET /orders/‹1› → 200 "lost"'
