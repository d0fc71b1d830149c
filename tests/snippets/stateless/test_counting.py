"""A store that does not answer is told as such, and nobody is invited to count twice."""

import asyncio
import socket

import pytest
from starlette.testclient import TestClient

from stateless.scalable import atomic
from stateless.scalable.counter import Counter
from stateless.scalable.valkey_counter import ValkeyCounter


def nowhere() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"valkey://127.0.0.1:{free.getsockname()[1]}"


class Away(Counter):
    async def add(self, more: int) -> int:
        await super().add(more)
        raise ConnectionResetError  # it has added, and its answer is lost


@pytest.mark.parametrize("visits", [Away(), ValkeyCounter(nowhere(), "visits")], ids=["lost", "nowhere"])
def test_a_store_that_is_away_is_not_an_error_of_ours(visits: atomic.Adds) -> None:
    reply = TestClient(atomic.make_app(visits)).post("/visits")
    assert (reply.status_code, reply.headers.get("retry-after")) == (503, None)


def test_a_valkey_that_is_away_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match=r"^Valkey does not answer$"):
        asyncio.run(ValkeyCounter(nowhere(), "visits").add(1))
