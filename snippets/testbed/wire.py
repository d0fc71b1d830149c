"""One exchange as it went over the wire."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpx2 import Headers, Response

NOISE = {
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "user-agent",
}


def message(start: str, headers: "Headers", body: str) -> str:
    """A start line, the headers that matter, and the body, if any."""
    fields = headers.multi_items()
    kept = [f"{name}: {value}" for name, value in fields if name not in NOISE]
    return "\n".join([start, *kept, *(["", body] if body else [])])


def show(*responses: "Response") -> None:
    """Print each request and its response, as HTTP/1.1 has them."""
    messages = []
    for response in responses:
        request, target = response.request, response.request.url.raw_path
        start = f"{request.method} {target.decode()} HTTP/1.1"
        content = request.content.decode()
        messages.append(message(start, request.headers, content))
        start = f"HTTP/1.1 {response.status_code} {response.reason_phrase}"
        messages.append(message(start, response.headers, response.text))
    print("\n\n".join(messages))
