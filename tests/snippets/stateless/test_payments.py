"""One key, one charge: whoever sends it, how often, at once, on several processes, through a crash."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from stateless.idempotent import committed, payments
from stateless.idempotent.key import key_of
from stateless.idempotent.keys import Keys
from stateless.idempotent.ledger import Ledger
from stateless.idempotent.one_transaction import Charges
from stateless.web_servers.bearer import digest

OWNERS = {digest("a-token"): "Ada", digest("g-token"): "Grace"}
ADA, GRACE = {"Authorization": "Bearer a-token"}, {"Authorization": "Bearer g-token"}


class Till:
    """Either program, what it has charged, and its clock."""

    def __init__(self, kind: str, folder: Path, most: int = 1000) -> None:
        self.now, self.kind, self.path, self.most = 0.0, kind, folder / "till.db", most
        self.ledger, self.keys = Ledger(), Keys(lambda: self.now, most=most)
        self.client = TestClient(self.app(), raise_server_exceptions=False)

    def app(self) -> Starlette:
        """One more process of it, over the same store."""
        if self.kind == "payments":
            return payments.make_app(OWNERS, self.ledger, self.keys)
        return committed.make_app(OWNERS, Charges(self.path, lambda: self.now, most=self.most))

    def charge(self, cents: str, key: str | None, user: dict[str, str] = ADA) -> int:
        headers = {**user} if key is None else {**user, "Idempotency-Key": key}
        return self.client.post(f"/charges/{cents}", headers=headers).status_code

    def lines(self) -> list[tuple[str, int]]:
        if self.kind == "payments":
            return self.ledger.lines
        with sqlite3.connect(self.path) as db:
            rows = db.execute("SELECT client, cents FROM charges").fetchall()
        db.close()
        return rows


@pytest.fixture(params=["payments", "committed"])
def till(request: pytest.FixtureRequest, tmp_path: Path) -> Till:
    return Till(request.param, tmp_path)


NO_KEYS = [
    *(None, "", '""', '"   "', "f1c6", '"f1c6', 'f1c6"', "'f1c6'", '"a","b"', '"a" "b"', '"a";q=1', '"é"', '"\t"'),
    *(
        '"\\a"',
        '"a\\"',
        '"a""',
        ":YQ==:",
        "?1",
        "12",
        '("a")',
        f'"{"k" * 256}"',
        f'"{"k" * 10_000}"',
        '"\x7f"',
        '"\x1f"',
    ),
]


@pytest.mark.parametrize("key", NO_KEYS)
def test_what_is_no_key_charges_nothing(till: Till, key: str | None) -> None:
    headers = [*ADA.items()] if key is None else [*ADA.items(), ("Idempotency-Key", key.encode("latin-1"))]
    assert till.client.post("/charges/500", headers=headers).status_code == 400  # type: ignore[arg-type]
    assert till.lines() == []


@pytest.mark.parametrize(("line", "key"), [('"a"', "a"), (' "a"  ', "a"), ('"a b~!"', "a b~!"), (r'"\"\\"', '"\\')])
def test_a_key_is_a_structured_field_string(line: str, key: str) -> None:
    assert key_of(Headers({"idempotency-key": line})) == key


@given(st.lists(st.binary(max_size=20) | st.binary(max_size=9).map(lambda text: b'"%s"' % text), max_size=3))
def test_no_header_is_an_error_of_the_server(lines: list[bytes]) -> None:
    try:
        key = key_of(Headers(raw=[(b"idempotency-key", line) for line in lines]))
    except HTTPException:
        return
    assert len(lines) == 1
    assert key.strip()
    assert key.isascii()


def test_two_lines_are_no_key_though_joined_they_would_be(till: Till) -> None:
    headers = [*ADA.items(), ("Idempotency-Key", '"a'), ("Idempotency-Key", 'b"')]
    assert till.client.post("/charges/500", headers=headers).status_code == 400
    headers = [*ADA.items(), ("Idempotency-Key", '"a"'), ("Idempotency-Key", '"a"')]
    assert till.client.post("/charges/500", headers=headers).status_code == 400
    assert till.lines() == []


def test_a_key_belongs_to_one_client_and_one_request(till: Till) -> None:
    assert [till.charge("500", '"k"'), till.charge("500", '"k"')] == [201, 201]
    assert till.charge("900", '"k"') == 422
    assert till.charge("500", '"k"', GRACE) == 201
    assert till.charge("900", '"k"', GRACE) == 422
    assert till.charge("500", '"k"', {}) == 401
    assert till.charge("500", '"k"', {"Authorization": "Bearer x"}) == 401
    assert till.charge("500", '"K"') == 201
    assert sorted(till.lines()) == [("Ada", 500), ("Ada", 500), ("Grace", 500)]


def test_two_tokens_are_none(till: Till) -> None:
    headers = [*ADA.items(), *GRACE.items(), ("Idempotency-Key", '"k"')]
    assert till.client.post("/charges/500", headers=headers).status_code == 401
    assert till.lines() == []


@pytest.mark.parametrize("cents", ["9" * 10, "9" * 5000, "-1", "1e3", "NaN", "%D9%A5", "5%0A", "0.5", ""])
def test_an_amount_is_a_few_digits(till: Till, cents: str) -> None:
    assert till.charge(cents, '"k"') == 404
    assert till.lines() == []


def test_a_key_is_good_for_its_lifetime_and_no_longer(till: Till) -> None:
    for till.now in (0, 86_399, 86_400, 86_401):
        assert till.charge("500", '"k"') == 201
    assert len(till.lines()) == 2


def test_a_key_may_be_used_for_something_else_once_it_has_ended(till: Till) -> None:
    assert till.charge("500", '"k"') == 201
    till.now = 86_400
    assert till.charge("900", '"k"') == 201


@pytest.mark.parametrize("kind", ["payments", "committed"])
def test_keys_have_an_end_for_each_client(kind: str, tmp_path: Path) -> None:
    till = Till(kind, tmp_path, most=5)
    assert [till.charge("1", f'"{n}"') for n in range(6)] == [201] * 5 + [429]
    assert till.charge("1", '"0"') == 201
    assert till.charge("1", '"9"', GRACE) == 201
    till.now = 86_400
    assert till.charge("1", '"6"') == 201
    assert len(till.lines()) == 7


def test_at_once_one_is_charged_and_the_others_are_told(tmp_path: Path) -> None:
    till = Till("payments", tmp_path)

    async def at_once() -> list[int]:
        app, url = till.app(), "https://till.example"
        async with AsyncClient(transport=ASGITransport(app), base_url=url, headers=ADA) as client:
            calls = [client.post("/charges/500", headers={"Idempotency-Key": '"k"'}) for _ in range(200)]
            return [reply.status_code for reply in await asyncio.gather(*calls)]

    assert sorted(asyncio.run(at_once())) == [201] + [409] * 199
    assert till.lines() == [("Ada", 500)]


def test_four_processes_on_one_file_charge_once(tmp_path: Path) -> None:
    till = Till("committed", tmp_path)
    clients = [TestClient(till.app()) for _ in range(4)]

    def press(turn: int) -> int:
        headers = {**ADA, "Idempotency-Key": f'"{turn // 20}"'}
        return clients[turn % 4].post("/charges/500", headers=headers).status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(press, range(200))) == {201}
    assert len(till.lines()) == 10


class Lost(Ledger):
    """The effect is there, and its answer is not: nobody knows."""

    async def charge(self, client: str, cents: int) -> None:
        await super().charge(client, cents)
        raise ConnectionResetError


def test_an_attempt_of_which_nothing_is_known_is_never_repeated(tmp_path: Path) -> None:
    till = Till("payments", tmp_path)
    till.ledger = Lost()
    till.client = TestClient(till.app(), raise_server_exceptions=False)
    assert [till.charge("500", '"k"') for _ in range(3)] == [500, 409, 409]
    assert till.lines() == [("Ada", 500)]


class Slow(Ledger):
    """The first charge waits until the test lets it through."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.through = asyncio.Event(), asyncio.Event()

    async def charge(self, client: str, cents: int) -> None:
        if not self.asked.is_set():
            self.asked.set()
            await self.through.wait()
        await super().charge(client, cents)


def test_a_late_charge_does_not_answer_for_a_later_request_with_its_key(tmp_path: Path) -> None:
    till = Till("payments", tmp_path)

    async def past_the_end() -> list[str]:
        till.ledger = slow = Slow()
        headers = {**ADA, "Idempotency-Key": '"k"'}
        transport = ASGITransport(till.app())
        async with AsyncClient(transport=transport, base_url="https://till.example", headers=headers) as ada:
            first = asyncio.create_task(ada.post("/charges/500"))
            await slow.asked.wait()
            till.now = 86_400
            second = await ada.post("/charges/900")
            slow.through.set()
            replies = [await first, second, await ada.post("/charges/900")]
        return [reply.text for reply in replies]

    told = ['{"charged":500}', '{"charged":900}', '{"charged":900}']
    assert asyncio.run(past_the_end()) == told


@pytest.mark.parametrize("lifetime", [0.0, 86_400.0])
def test_whoever_reserved_a_key_finishes_that_note_only(lifetime: float) -> None:
    async def both() -> list[int | None]:
        keys = Keys(lambda: 0.0, lifetime)
        mine, first = await keys.reserve("Ada", "k", "/charges/500")
        other, second = await keys.reserve("Ada", "k", "/charges/500")
        assert (first, second) == (True, lifetime == 0)
        await keys.finish(mine, 500)
        return [mine.charged, other.charged]

    assert asyncio.run(both()) == [500, 500 if lifetime else None]


@pytest.mark.parametrize("table", ["charges", "keys"])
def test_a_crash_leaves_both_or_neither(tmp_path: Path, table: str) -> None:
    till = Till("committed", tmp_path)
    fault = f"CREATE TRIGGER fault AFTER INSERT ON {table} BEGIN SELECT RAISE(FAIL, 'crash'); END"
    for sql, status, lines in ((fault, 503, 0), ("DROP TRIGGER fault", 201, 1), ("SELECT 1", 201, 1)):
        with sqlite3.connect(till.path) as db:
            db.execute(sql)
        db.close()
        assert till.charge("500", '"k"') == status
        assert len(till.lines()) == lines


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from((1, 2)), st.sampled_from((0, 50_000)))))
def test_the_ledger_has_a_line_for_each_key_that_was_free(steps: list[tuple[str, int, int]]) -> None:
    """Against a model: a key that is known and not over is never charged again."""
    till = Till("payments", Path())
    known: dict[str, tuple[int, float]] = {}
    lines = []
    for key, cents, later in steps:
        till.now += later
        known = {name: (asked, until) for name, (asked, until) in known.items() if till.now < until}
        asked = known.get(key, (cents,))[0]
        assert till.charge(str(cents), f'"{key}"') == (201 if asked == cents else 422)
        if key not in known:
            known[key] = cents, till.now + 86_400
            lines.append(("Ada", cents))
    assert till.lines() == lines
