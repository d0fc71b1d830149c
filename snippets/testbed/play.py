"""Play a list of calls to an app, as one client would."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from os import environ
from typing import Any
from unittest.mock import patch

from httpx2 import Cookies
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from testbed.given import Given
from testbed.heard import Answer, Heard
from testbed.held import held

Told = str | tuple[str, dict[str, Any]]
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
    apps: list[Heard] = []  # all stay: no copy lies where one was before
    with held(given), ExitStack() as life:
        for n, call in enumerate(calls):
            told = call(answers) if callable(call) else call
            target, options = (told, {}) if isinstance(told, str) else told
            given.at_call(len(calls) - n)
            if fresh or not answers:
                life.close()
                life.enter_context(patch.dict(environ))
                given.at_start(n)
                apps.append(Heard(make_app()))
                client = TestClient(apps[-1], "https://testserver", False)
                client.cookies, client.follow_redirects = cookies, False
                life.enter_context(client)
                given.at_call(len(calls) - n)
            reply = client.request(*target.split(), **options)
            answers.append(apps[-1].answer(target, reply))
            cookies = client.cookies
    return answers
