"""A sender is told by whole headers, as they came: nothing is parsed, so nothing can be parsed wrongly."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from stateful.session_servers.same_origin import SameOrigin
from tests.attacks.wire import Pairs, ask

UNPARSABLE = [
    b"http://[", b"https://[::1", b"https://shop.example]", b"https://[shop.example]", b"https://shop.example:port",
    b"https://shop.example:99999", b"https://shop.example:443", b"https://shop.example:", b"https://", b"://", b":",
    b"", b" ", b"null", b"NULL", b"shop.example", b"//shop.example", b"https:shop.example", b"https:/shop.example",
    b"https:\\\\shop.example", b"https://shop.example/", b"https://shop.example.", b"https://shop.example#",
    b"https://shop.example?", b"https://shop.example, https://shop.example", b"https://shop.example https://evil.example",
    b"https://shop.example@evil.example", b"https://evil.example@shop.example", b"https://shop.example\x00",
    b"https://shop.example\xff", b"\xff\xfe", b"https://%73hop.example", b"https://shop.example%00.evil.example",
    b"HTTPS://shop.example", b"https://SHOP.example", b"file://", b"data:,", b"javascript:1", b"blob:https://shop.example",
]  # fmt: skip
ODD_SITES = [
    b"", b" ", b"Same-Origin", b"SAME-ORIGIN", b" same-origin", b"same-origin ", b"same-origin,cross-site",
    b"cross-site, same-origin", b"same-origin;q=1", b'"same-origin"', b"?1", b"same_origin", b"same-origin\x00",
    b"same-origin\xa0", b"same\xe2\x80\x90origin", b"None", b"null", b"same-site", b"cross-site", b"\xff",
]  # fmt: skip
OWN = (b"origin", b"https://shop.example")


async def reached(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("done")(scope, receive, send)


def status(headers: Pairs, *, strict: bool = False, method: str = "POST") -> int:
    reply = asyncio.run(ask(SameOrigin(reached, strict=strict), f"{method} /", headers))
    assert reply.raised is None
    return reply.status


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("origin", UNPARSABLE)
def test_an_origin_that_is_none_is_refused(origin: bytes, strict: bool) -> None:
    sent: Pairs = [(b"origin", origin)]
    assert status(sent, strict=strict) == 403
    assert status([*sent, OWN], strict=strict) == 403
    for site in ODD_SITES:
        assert status([*sent, (b"sec-fetch-site", site)], strict=strict) == 403
    assert status(sent, strict=strict, method="GET") == 200


@pytest.mark.parametrize("site", ODD_SITES)
def test_a_site_that_is_spelled_otherwise_is_refused_even_beside_the_own_origin(site: bytes) -> None:
    assert status([OWN, (b"sec-fetch-site", site)]) == 403
    assert status([OWN, (b"sec-fetch-site", b"same-origin"), (b"sec-fetch-site", site)]) == 403
    assert status([(b"sec-fetch-site", site)]) == 403


@pytest.mark.parametrize("hosts", [[], [b"["], [b""], [b"shop.example", b"shop.example"], [b"\xff"]])
def test_a_host_that_is_none_is_no_reason_to_fail(hosts: list[bytes]) -> None:
    app, said = SameOrigin(reached), list[Message]()
    scope = {"type": "http", "method": "POST", "headers": [(b"host", host) for host in hosts] + [OWN]}

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        said.append(message)

    asyncio.run(app(scope, receive, send))
    assert said[0]["status"] == 403


@pytest.mark.parametrize("origin", UNPARSABLE)
def test_a_socket_from_an_origin_that_is_none_is_closed(origin: bytes) -> None:
    said = list[Message]()

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message)

    scope = {"type": "websocket", "headers": [(b"host", b"shop.example"), (b"origin", origin)]}
    asyncio.run(SameOrigin(reached)(scope, receive, send))
    assert said == [{"type": "websocket.close", "code": 1008}]


def test_the_own_pages_are_let_in() -> None:
    assert status([OWN]) == status([OWN, (b"sec-fetch-site", b"same-origin")]) == 200
    assert status([(b"sec-fetch-site", b"none")]) == status([]) == 200
    assert status([], strict=True) == 403
