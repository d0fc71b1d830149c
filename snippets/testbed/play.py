"""Play a list of calls to an app, as one client would."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from starlette.testclient import TestClient
from starlette.types import ASGIApp

Call = str | tuple[str, dict[str, Any]]


def play(
    make_app: Callable[[], ASGIApp], calls: Sequence[Call], *, fresh: bool
) -> list[str]:
    """The answers, by one app or by a fresh one before every call.

    A call is `"GET /cart"`, or `("PUT /theme", {"json": "dark"})` with what
    `TestClient.request` takes. The client keeps its cookies throughout.
    """
    answers: list[str] = []
    cookies = None
    with ExitStack() as life:
        for call in calls:
            target, options = (call, {}) if isinstance(call, str) else call
            if fresh or not answers:
                life.close()
                client = life.enter_context(
                    TestClient(
                        make_app(),
                        base_url="https://testserver",
                        cookies=cookies,
                        raise_server_exceptions=False,
                    )
                )
            reply = client.request(*target.split(), **options)
            answer = f"{target} → {reply.status_code} {reply.text}"
            answers.append(answer.rstrip())
            cookies = client.cookies
    return answers
