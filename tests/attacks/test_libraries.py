"""What people would take instead of this site's sessions, under the attacks that have to do with sessions."""

from __future__ import annotations

import asyncio
import importlib
import sys
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest
import starsessions
import valkey
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp

from hybrid.cluster.valkey_server import ValkeyServer
from tests.attacks import wire
from tests.attacks.board import KINDS, kind
from tests.attacks.faces import Outcome
from tests.attacks.libraries import starsessions_store
from tests.attacks.libraries.compared import COLUMNS, GUARDED, OTHER, OURS, STORE, STORED, Row, rows, table

# The store's own faults are tried in SQLite, which can be told to fail.
WITHOUT_FAULTS = [name for name in KINDS if name not in OTHER | STORED | {"lost_login"}] + ["filled_store"]


@pytest.fixture(scope="module")
def found() -> dict[str, Row]:
    return {row.kind: row for row in rows()}


def test_every_kind_is_tried_or_left_out_by_name(found: dict[str, Row]) -> None:
    assert set(found) == set(KINDS) - OTHER | {GUARDED}
    assert len(table([*found.values()]).splitlines()) == len(found) + 1


def test_ours_stands(found: dict[str, Row]) -> None:
    ours = [*COLUMNS].index(OURS)
    assert {row.words()[ours] for row in found.values()} == {"stands"}


def test_what_is_none_of_their_work_can_be_put_before_them(found: dict[str, Row]) -> None:
    assert found["cross_site"].words() == ["stands", "falls", "falls", "falls"]
    assert found[GUARDED].words() == ["stands"] * 4


@pytest.mark.parametrize("name", [*WITHOUT_FAULTS, "lost_login"])
def test_its_redis_store_fares_as_the_file_does(name: str, found: dict[str, Row]) -> None:
    """Its own RedisStore over a real Valkey, whose client has the methods of the one that it asks for."""
    named = ModuleType("redis.asyncio.client")
    named.Redis = valkey.asyncio.Valkey  # type: ignore[attr-defined]
    modules = {"redis": valkey, "redis.asyncio": valkey.asyncio, named.__name__: named}
    with mock.patch.dict(sys.modules, modules), ValkeyServer() as server:
        redis_store = importlib.import_module("starsessions.stores.redis").RedisStore

        clients: list[Any] = []

        def made(path: str, folder: Path) -> ASGIApp:
            clients.append(valkey.asyncio.Valkey.from_url(server.url))
            return starsessions_store.make_app(folder, store=redis_store(connection=clients[-1]))

        async def attacked() -> Outcome:
            try:
                outcome: Outcome = await kind(name).attack(STORE)
                return outcome
            finally:
                for client in clients:
                    await client.aclose()

        with mock.patch.object(wire, "made", made):
            outcome = asyncio.run(attacked())
    in_file = found[name].outcomes[[*COLUMNS].index(STORE)]
    assert in_file is not None
    assert outcome.succeeded == in_file.succeeded, outcome.seen


def test_their_arguments_are_those_that_were_looked_through() -> None:
    """A new one may be the cure for a line of the table."""
    theirs = {"app", "store", "lifetime", "rolling", "serializer"} | {
        f"cookie_{part}" for part in ("name", "same_site", "https_only", "domain", "path")
    }
    starlettes = {
        "app", "secret_key", "session_cookie", "max_age", "path", "same_site", "https_only", "domain", "partitioned",
    }  # fmt: skip
    assert set(signature(starsessions.SessionMiddleware).parameters) == theirs
    assert set(signature(SessionMiddleware).parameters) == starlettes
