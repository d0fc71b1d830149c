"""What an answer holds besides the text that a client shows: bytes, all headers in their order, trailers, its end."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from testbed import survives_replacement
from testbed.given import Given
from testbed.play import play
from testbed.seen import runs_of

TWO = ["GET /", "GET /"]
OK = "GET / → 200"


def app(answer: Callable[[int], Response]) -> Callable[[], Starlette]:
    def make_app() -> Starlette:
        numbers = count()

        async def view(request: Request) -> Response:
            return answer(next(numbers))

        return Starlette(routes=[Route("/", view)])

    return make_app


def raw(*told: Callable[[int], dict[str, Any]]) -> Callable[[], ASGIApp]:
    """An app without a framework, which knows no lifespan."""

    def make_app() -> ASGIApp:
        numbers = count()

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            assert scope["type"] == "http"
            n = next(numbers)
            for message in told:
                await send(message(n))

        return answer

    return make_app


def start(*headers: tuple[bytes, bytes], trailers: bool = False) -> dict[str, Any]:
    return {"type": "http.response.start", "status": 200, "headers": [*headers], "trailers": trailers}


def body(more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": b"tea", "more_body": more}


def verdict(make_app: Callable[[], ASGIApp]) -> str:
    return str(survives_replacement(make_app, TWO))


def test_the_bytes_are_compared() -> None:
    said = verdict(app(lambda n: Response(bytes([0xFF - n]))))
    assert said == f"no: {OK} \\udcfe, but if replaced {OK} \\udcff"


def test_blanks_at_the_end_are_compared() -> None:
    said = verdict(app(lambda n: StreamingResponse(iter(["tea", " " * n]))))
    assert said == f"no: {OK} tea , but if replaced {OK} tea"


def test_headers_are_compared_in_their_order() -> None:
    said = verdict(app(lambda n: JSONResponse(1, headers={"x-a": "1", "x-b": "1"} if n else {"x-b": "1", "x-a": "1"})))
    assert said == f"no: {OK} with x-a: 1, but if replaced {OK} with x-b: 1"


def test_headers_are_compared_to_the_letter() -> None:
    make_app = raw(lambda n: start((b"x-n", bytes([0xC8 + n]))), lambda n: body())
    assert verdict(make_app) == "no: GET / → 500 with x-n: É, but if replaced GET / → 500 with x-n: È"


def test_a_date_is_not_compared() -> None:
    assert verdict(app(lambda n: Response(headers={"date": str(n)}))) == "yes"


def test_trailers_are_compared() -> None:
    trailers = "http.response.trailers"
    told: list[Callable[[int], dict[str, Any]]] = [
        lambda n: start(trailers=True),
        lambda n: body(),
        lambda n: {"type": trailers, "headers": [(b"x-n", str(n).encode())]},
    ]
    said = verdict(raw(*told))
    assert said == f"no: {OK} with {trailers} x-n: 1, but if replaced {OK} with {trailers} x-n: 0"


def test_an_answer_that_ends_early_is_noticed() -> None:
    said = verdict(raw(lambda n: start(), lambda n: body(more=n == 1)))
    assert said == f"no: none, but if replaced {OK} with body: sent to its end"
    assert verdict(raw(lambda n: start(), lambda n: body(more=True))) == "yes"


def test_a_start_without_headers_is_an_answer() -> None:
    assert verdict(raw(lambda n: {"type": "http.response.start", "status": 200}, lambda n: body())) == "yes"


def test_an_environment_is_a_copys_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "")

    def make_app() -> Starlette:
        async def view(request: Request) -> Response:
            os.environ["KEPT"] += "x"
            return Response(os.environ["KEPT"])

        return Starlette(routes=[Route("/", view)])

    assert verdict(make_app) == f"no: {OK} xx, but if replaced {OK} x"
    assert os.environ["KEPT"] == ""


def test_a_call_shows_what_a_client_shows() -> None:
    (first, last) = play(app(lambda n: Response("tea \n" * n, 200 + n, {"x-n": str(n)})), TWO, fresh=False)
    assert (first, last) == (OK, "GET / → 201 tea")
    assert (last.headers["x-n"], last.start, last.exact) == ("1", "GET / → 201", "GET / → 201 tea \n")
    assert last.fields == [("x-n", "1"), ("content-length", "5"), ("body", "sent to its end")]


def test_a_run_is_its_answers_their_headers_and_what_is_outside() -> None:
    run = runs_of(lambda store: app(lambda n: Response("tea", headers={"x-n": str(n)}))(), dict, Given(), ["x-n"])
    lines = ["headers of GET / → 200", f"{OK} with content-length: 3", f"{OK} with body: sent to its end"]
    assert run(TWO).texts == [f"{OK} tea", "\n".join(lines)] * 2 + ["[{}]"]
    assert len(run(TWO, skip=1).texts) == 3


def test_a_lifespan_is_played_and_its_state_handed_on() -> None:
    said: list[str] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for word in "startup", "shutdown":
                said.append((await receive())["type"])
                scope["state"]["word"] = word
                await send({"type": f"lifespan.{word}.complete"})
        else:
            await JSONResponse(scope["state"]["word"])(scope, receive, send)

    assert play(lambda: answer, TWO, fresh=True) == [f'{OK} "startup"'] * 2
    assert said == ["lifespan.startup", "lifespan.shutdown"] * 2
