"""An answer as the app sent it, which is more than a client may show."""

from collections.abc import Iterator

from httpx2 import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from testbed.lifespan import Lifespan, fan_out

START, BODY = "http.response.start", "http.response.body"


class Answer(str):
    """`GET /cart → 200 []`, and all else that came with it."""

    headers: dict[str, str]
    start: str  # GET /cart → 200
    exact: str  # with all bytes, be they text or not
    fields: list[tuple[str, str]]  # all headers, in the order sent


class Heard:
    """An app, and the messages of its latest answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.messages = app, list[Message]()

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "lifespan":
            lifespan = Lifespan(self.app)
            lifespan.state = scope["state"]
            await fan_out(lambda: [lifespan], receive, send)
            return
        self.messages = messages = []

        async def heard(message: Message) -> None:
            messages.append(message)
            await send(message)

        await self.app(scope, receive, heard)

    def answer(self, target: str, reply: Response) -> Answer:
        start = f"{target} → {reply.status_code}"
        answer = Answer(f"{start} {reply.text}".rstrip())
        body = reply.content.decode(errors="surrogateescape")
        answer.start, answer.exact = start, f"{start} {body}"
        answer.headers, answer.fields = dict(reply.headers), [*self.fields()]
        return answer

    def fields(self) -> Iterator[tuple[str, str]]:
        """The headers, the trailers, and whether the answer ended."""
        for message in self.messages:
            kind = message["type"].removeprefix(START)
            for name, value in message.get("headers", []):
                word = f"{kind} {name.decode('latin-1')}".lstrip()
                yield word, value.decode("latin-1")
            if message["type"] == BODY and not message.get("more_body"):
                yield "body", "sent to its end"
