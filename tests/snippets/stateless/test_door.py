"""What a client may send: all else is refused with a 4xx, and nothing of it is kept."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from httpx2 import ASGITransport, AsyncClient
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Message

from stateless.rest_apis import carts
from stateless.rest_apis.body import bounded, json_body
from stateless.rest_apis.strict_json import parse

JSON = {"Content-Type": "application/json"}
REFUSED = [
    b"",
    b"tea",
    b"\xff",
    b'["\xed\xa0\x80"]',
    b'["\\ud800"]',
    b'{"\\udfff": 1}',
    '["tea"]'.encode("utf-16"),
    b'\xef\xbb\xbf["tea"]',
    b"[NaN]",
    b"[Infinity]",
    b"[-Infinity]",
    b"[1e999]",
    b"[-1e400]",
    b"9" * 19,
    b"-" + b"9" * 19,
    b"9" * 5000,
    b"[" * 9000,
    b"[" * 9 + b"]" * 9,
    b'{"a":' * 9 + b"1" + b"}" * 9,
    b'"' + b'\\"' * 8000,
    b'"' * 15_999,
    b'{"a": 1, "a": 1}',
    b'{"a": 1, "\\u0061": 2}',
    b"[1,]",
    b"[1] [2]",
]
LEAF = st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | st.floats() | st.text(st.characters())
VALUES = st.recursive(LEAF, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@pytest.mark.parametrize("body", REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_cannot_be_given_back_is_refused(body: bytes) -> None:
    store: dict[str, list[str]] = {}
    client = TestClient(carts.make_app(store))
    assert client.put("/carts/ada", content=body, headers=JSON).status_code == 400
    assert store == {}


@given(st.binary(max_size=200) | VALUES.map(json.dumps).map(str.encode))
def test_what_is_accepted_is_given_back(body: bytes) -> None:
    try:
        value = parse(body)
    except ValueError:
        return
    again = bytes(JSONResponse(value).body)
    assert parse(again) == value


@given(VALUES)
def test_what_can_be_given_back_is_accepted(value: object) -> None:
    try:
        body = bytes(JSONResponse(value).body)
    except ValueError:
        return
    depth = max((0, *(body[: n + 1].count(b"[") + body[: n + 1].count(b"{") for n in range(len(body)))))
    assert parse(body, depth=depth) == value


def test_limits_are_arguments() -> None:
    assert parse(b"[" * 40 + b"]" * 40, depth=40)
    assert parse(b"9" * 40, digits=40) == int("9" * 40)
    assert parse(b'["[[[[[[[[[[[[", "\\\\\\"[[[[[[[[[["]')
    with pytest.raises(ValueError, match="too many"):
        parse(b"100", digits=2)


@pytest.mark.parametrize(
    ("types", "status"),
    [
        (["application/json"], 201),
        (["Application/JSON; charset=utf-8"], 201),
        ([], 415),
        ([""], 415),
        (["text/plain"], 415),
        (["application/x-www-form-urlencoded"], 415),
        (["text/plain; application/json"], 415),
        (["application/json", "text/plain"], 415),
        (["text/plain", "application/json"], 415),
        (["application/jsonp"], 415),
    ],
)
def test_a_body_is_what_its_type_says(types: list[str], status: int) -> None:
    client = TestClient(carts.make_app({}))
    headers = [("content-type", kind) for kind in types]
    assert client.put("/carts/ada", content=b'["tea"]', headers=headers).status_code == status


def test_a_body_in_another_coding_is_not_read() -> None:
    client = TestClient(carts.make_app({}))
    assert client.put("/carts/ada", json=["tea"], headers={"Content-Encoding": "gzip"}).status_code == 415


def test_a_long_body_is_refused_while_it_streams() -> None:
    async def long_body() -> AsyncIterator[bytes]:
        for part in range(320):
            taken.append(part)
            yield b" " * 8192

    async def put() -> int:
        async with AsyncClient(transport=ASGITransport(carts.make_app({})), base_url="https://shop.example") as client:
            return (await client.put("/carts/ada", content=long_body(), headers=JSON)).status_code

    taken: list[int] = []
    assert asyncio.run(put()) == 413
    assert len(taken) == 3


def test_a_client_that_leaves_is_no_error_of_the_server() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "PUT", "headers": [(b"content-type", b"application/json")]}
    for read in (json_body(Request(scope, receive)), bounded(Request(scope, receive), 9)):
        with pytest.raises(HTTPException, match="400"):
            asyncio.run(read)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=30) | st.integers(0, 10**40).map(str))
def test_no_path_is_an_error_of_the_server(name: str, place: str) -> None:
    client = TestClient(carts.make_app({}))
    for path in (f"/carts/{quote(name, '')}", f"/carts/{quote(name, '')}/from/{quote(place, '')}"):
        assert client.put(path, json=["tea"]).status_code in {201, 404, 405}
        assert client.get(path).status_code in {200, 404}


@pytest.mark.parametrize("place", ["9" * 10, "9" * 5000, "-1", "1.0", "1e3", "٣", "²", "0x1", "1\n", " 1", "+1", "nan"])
def test_a_place_is_a_few_digits(place: str) -> None:
    client = TestClient(carts.make_app({"ada": ["tea"]}))
    assert client.get(f"/carts/ada/from/{quote(place, '')}").status_code == 404


def test_there_is_an_end_to_the_carts() -> None:
    client = TestClient(carts.make_app({}, most=2))
    statuses = [client.put(f"/carts/{owner}", json=[]).status_code for owner in "abca"]
    assert statuses == [201, 201, 507, 204]


@pytest.mark.parametrize("name", ["%2E", "%2E%2E", "%2e%2E"])
def test_a_name_that_clients_take_out_of_a_path_is_none(name: str) -> None:
    store: dict[str, list[str]] = {".": ["tea"], "..": ["tea"] * 5}
    client = TestClient(carts.make_app(store))
    assert client.put(f"/carts/{name}", json=["salt"]).status_code == 404
    assert client.get(f"/carts/{name}/from/0").status_code == 404
    assert store == {".": ["tea"], "..": ["tea"] * 5}
