"""A full store forgets whom it says, or refuses, and never changes anything else."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from stateful.eviction.lru import LRU, lost
from stateful.eviction.policies import Randomly, Refusing
from stateful.session_servers.store import StoreDown


async def filled(store: LRU) -> LRU:
    for key in "abc":
        assert await store.swap(key, None, key, 60)
    return store


def test_the_longest_unused_goes() -> None:
    async def run() -> None:
        store = await filled(LRU(3))
        assert await store.load("a") == "a"
        assert await store.swap("b", "b", "B", 60)
        assert await store.swap("d", None, "d", 60)
        assert dict(store.kept) == {"a": "a", "b": "B", "d": "d"}
        assert not await store.swap("c", "c", "late", 60)
        assert await store.count("visits", 60) == 1
        assert await store.count("visits", 60) == 2
        assert set(store.kept) == {"b", "d", "visits"}

    asyncio.run(run())


def test_anybody_goes_but_who_comes() -> None:
    async def run() -> None:
        gone = set()
        for seed in range(40):
            store = await filled(Randomly(3, Random(seed)))
            await store.swap("d", None, "d", 60)
            assert len(store.kept) == 3
            assert "d" in store.kept
            gone |= set("abc") - set(store.kept)
        assert gone == set("abc")

    asyncio.run(run())


def test_nobody_goes_and_nobody_comes() -> None:
    async def run() -> None:
        store = await filled(Refusing(3))
        with pytest.raises(StoreDown):
            await store.swap("d", None, "d", 60)
        with pytest.raises(StoreDown):
            await store.count("visits", 60)
        assert dict(store.kept) == {"a": "a", "b": "b", "c": "c"}
        assert await store.swap("a", "a", "A", 60)
        assert await store.swap("b", "b", None, 60)
        assert await store.swap("d", None, "d", 60)
        assert dict(store.kept) == {"c": "c", "a": "A", "d": "d"}

    asyncio.run(run())


@pytest.mark.parametrize(("users", "missing"), [(3, 0), (4, 12)])
def test_in_turn_it_is_all_or_nothing(users: int, missing: int) -> None:
    async def run() -> int:
        store = LRU(3)
        await lost(store, [n % users for n in range(12)])
        return await lost(store, [n % users for n in range(12)])

    assert asyncio.run(run()) == missing
