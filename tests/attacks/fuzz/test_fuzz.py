"""No program answers 500 to any input, nor anything that cannot be parsed, and gives back what it took.

`FUZZ=100000 pytest tests/attacks/fuzz` asks so many requests over all programs; without it, it is a sample.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hybrid.cluster.children import stop
from hybrid.cluster.replica import Replica
from tests.attacks.fuzz.fuzzer import Client, Found, fuzz, members
from tests.attacks.fuzz.sockets import fuzz_socket
from tests.attacks.wire import Running, made

REQUESTS = int(os.environ.get("FUZZ", "10000"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
EACH = max(1, -(-REQUESTS // len(members())))

# What a program is marked wrong for is not held against it: the fault, by a part of its message, and the reason.
MARKED: dict[str, tuple[str, str]] = {}


def unmarked(found: list[Found]) -> list[str]:
    return [str(each) for each in found if MARKED.get(each.program, ("\0", ""))[0] not in each.what]


@pytest.mark.parametrize("program", members())
def test_no_input_breaks_it(program: str) -> None:
    done, found = asyncio.run(fuzz(program, EACH, SEED))
    assert not unmarked(found), "\n".join(unmarked(found))
    assert done >= EACH


@pytest.mark.parametrize("program", members())
def test_no_bytes_on_a_socket_break_it(program: str) -> None:
    with TemporaryDirectory() as folder:
        app = made(program, Path(folder))
        replica = Replica(lambda: app)
        try:
            host, port = replica.address.split(":")
            client = Client(program, Running(app, Path(folder), "", {}), Random(f"socket {program} {SEED}"))
            found = fuzz_socket(program, (host, int(port)), client, max(12, EACH // 20))
        finally:
            stop(replica.process, within=0)
            replica.kept.close()
    assert not unmarked(found), "\n".join(unmarked(found))


# -- the fuzz itself is put to the test: each of these breaks for one odd input -----------


async def digits(request: Request) -> Response:
    return JSONResponse(int(request.path_params["item"]) if request.path_params["item"].isdigit() else 0)


async def surrogates(request: Request) -> Response:
    try:
        request.app.state.kept = await request.json()
    except (ValueError, RecursionError):
        return Response(status_code=400)
    return Response(status_code=204)


async def kept(request: Request) -> Response:
    return JSONResponse(request.app.state.kept)


async def deep(request: Request) -> Response:
    try:
        await request.json()
    except ValueError:
        return Response(status_code=400)
    return Response(status_code=204)


async def echoed(request: Request) -> Response:
    return Response(headers={"X-Item": request.path_params["item"].encode("utf-8").decode("latin-1")})


async def not_json(request: Request) -> Response:
    return Response(b"{'item': NaN}", media_type="application/json")


async def tagged(request: Request) -> Response:
    return Response(status_code=204 if int(request.headers.get("if-match", '"1"').strip('"') or 0) else 412)


async def short(request: Request) -> Response:
    return Response(b"tea", headers={"content-length": str(len(request.path_params["item"]))})


@pytest.mark.parametrize("view", [digits, echoed, not_json, tagged, short, deep, surrogates])
def test_it_finds_what_breaks(view: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    def naive(_: str, folder: Path) -> Starlette:
        app = Starlette(
            routes=[Route("/items/{item}", view, methods=["PUT", "GET"]), Route("/kept", kept)],
        )
        app.state.kept = None
        return app

    monkeypatch.setattr("tests.attacks.wire.made", naive)
    done, found = asyncio.run(fuzz("naive", 3000, 1, most=1))
    assert found, f"{view.__name__} stands after {done} requests"
