"""Play a list of calls to an app, as one client would."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from httpx2 import Cookies
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from testbed.given import Given

Told = str | tuple[str, dict[str, Any]]


class Answer(str):
    """`GET /cart → 200 []`, and the headers that came with it."""

    headers: dict[str, str]
    fields: list[tuple[str, str]]


Call = Told | Callable[[list[Answer]], Told]


def play(
    make_app: Callable[[], ASGIApp],
    calls: Sequence[Call],
    *,
    fresh: bool,
    given: Given | None = None,
) -> list[Answer]:
    """The answers, by one app or by a fresh one before every call.

    A call is `"GET /cart"`, or `("PUT /theme", {"json": "dark"})` for
    `TestClient.request`, or a function that makes one of these from
    the answers so far. The client keeps its cookies and follows no redirect.
    """
    given, answers, cookies = given or Given(), list[Answer](), Cookies()
    with given.held(), ExitStack() as life:
        for n, call in enumerate(calls):
            told = call(answers) if callable(call) else call
            target, options = (told, {}) if isinstance(told, str) else told
            given.at_call(len(calls) - n)
            if fresh or not answers:
                life.close()
                given.at_start(n)
                client = TestClient(make_app(), "https://testserver", False)
                client.cookies, client.follow_redirects = cookies, False
                life.enter_context(client)
                given.at_call(len(calls) - n)
            reply = client.request(*target.split(), **options)
            said = f"{target} → {reply.status_code} {reply.text}".rstrip()
            answer = Answer(said)
            answer.headers = dict(reply.headers)
            answer.fields = reply.headers.multi_items()
            answers.append(answer)
            cookies = client.cookies
    return answers
