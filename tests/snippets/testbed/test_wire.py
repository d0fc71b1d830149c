"""An exchange is shown as it goes over the wire."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from testbed import show


async def echo(request: Request) -> Response:
    body = await request.body()
    reply = JSONResponse({"got": body.decode()}, 201) if body else Response(status_code=204)
    for cookie in ("a", "b"):
        reply.set_cookie(cookie, "1")
    return reply


def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/echo", echo, methods=["GET", "POST"])]))


def test_the_headers_that_matter_are_shown_and_the_body(capsys: pytest.CaptureFixture[str]) -> None:
    show(client().post("/echo?q=1", content="hi", headers={"If-Match": '"7"'}))
    assert capsys.readouterr().out == (
        'POST /echo?q=1 HTTP/1.1\nif-match: "7"\n\nhi\n\n'
        "HTTP/1.1 201 Created\ncontent-type: application/json\n"
        "set-cookie: a=1; Path=/; SameSite=lax\nset-cookie: b=1; Path=/; SameSite=lax\n\n"
        '{"got":"hi"}\n'
    )


def test_no_body_no_empty_line_and_several_in_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    ada = client()
    show(ada.get("/nothing"), ada.get("/nothing"))
    one = "GET /nothing HTTP/1.1\n\nHTTP/1.1 404 Not Found\ncontent-type: text/plain; charset=utf-8\n\nNot Found\n"
    assert capsys.readouterr().out == one + "\n" + one
