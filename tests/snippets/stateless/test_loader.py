"""The loader under clients that leave, stores that fail, and keys without end."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from starlette.testclient import TestClient

from stateless.cold_fleet import texts
from stateless.cold_fleet.loader import Busy, Loader


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    async def work() -> None:
        opened, loads = asyncio.Event(), []

        async def load(key: str) -> str:
            loads.append(key)
            await opened.wait()
            return key

        loader = Loader(load)
        first, second = (asyncio.create_task(loader.get("a")) for _ in range(2))
        await asyncio.wait([first], timeout=0.01)
        first.cancel()
        await asyncio.wait([first])
        opened.set()
        assert await second == "a"
        assert await loader.get("a") == "a"
        assert loads == ["a"]

    run(work())


def test_a_failure_is_told_to_all_who_wait_and_is_not_kept() -> None:
    async def work() -> None:
        loads = []

        async def load(key: str) -> str:
            loads.append(key)
            await asyncio.sleep(0)
            if len(loads) == 1:
                raise OSError("away")
            return key

        loader = Loader(load)
        both = await asyncio.gather(loader.get("a"), loader.get("a"), return_exceptions=True)
        assert [str(one) for one in both] == ["away", "away"]
        assert await loader.get("a") == "a"

    run(work())


def test_a_store_that_never_answers_does_not_hold_a_place_for_ever() -> None:
    async def work() -> None:
        async def load(key: str) -> str:
            await asyncio.Event().wait()
            return key

        loader = Loader(load, limit=1, patience=0.01)
        waiting = asyncio.create_task(loader.get("a"))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await loader.get("b")
        with pytest.raises(TimeoutError):
            await waiting
        assert not loader.flights

    run(work())


def test_keys_without_end_do_not_fill_the_memory() -> None:
    async def work() -> None:
        async def load(key: str) -> str:
            return key

        loader = Loader(load, size=3)
        for n in range(100):
            await loader.get(str(n))
        assert [*loader.memo] == ["97", "98", "99"]

    run(work())


@pytest.mark.parametrize(
    ("error", "status"), [(OSError, 502), (ConnectionResetError, 502), (TimeoutError, 504), (KeyError, 404)]
)
def test_a_store_that_fails_is_not_an_error_of_ours(error: type[Exception], status: int) -> None:
    async def load(key: str) -> str:
        raise error(key)

    reply = TestClient(texts.make_app(load)).get("/texts/a")
    assert (reply.status_code, reply.headers.get("retry-after")) == (status, None)
