"""The programs of choosing/ where four real processes share one file, and everybody writes at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from choosing.consistency import conditional, log, read_your_writes, seats
from hybrid.cluster.processes import Processes

CLERKS = 8


def at_once(what: Callable[[int], Iterable[int]], times: int = CLERKS) -> list[Iterable[int]]:
    with ThreadPoolExecutor(CLERKS) as clerks:
        return [*clerks.map(what, range(times))]


def test_a_seat_is_sold_once(tmp_path: Path) -> None:
    """Each of eight clerks wants each of ten seats, at four processes: ten are sold, each to one."""
    path = str(tmp_path / "log.db")
    log.create(path)
    with Processes(lambda: read_your_writes.make_app(log.Log(path)), replicas=4) as shop:

        def book_all(_: int) -> list[int]:
            with shop.client() as client:
                return [client.post(f"/seats/A{n}").status_code for n in range(1, 11)]

        codes = Counter(code for clerk in at_once(book_all) for code in clerk)
        assert codes == {201: 10, 409: 10 * (CLERKS - 1)}
        with shop.client() as client:
            client.cookies.set("__Host-position", "10")
            for _ in range(4):
                assert sorted(client.get("/seats").json()) == sorted(f"A{n}" for n in range(1, 11))


def test_no_sale_is_lost(tmp_path: Path) -> None:
    """Eight clerks sell ten seats each over the version that they read, and try again after a 412."""
    path = str(tmp_path / "seats.db")
    seats.create(path)
    with Processes(lambda: conditional.make_app(seats.Seats(path)), replicas=4) as shop:

        def sell_ten(_: int) -> Iterable[int]:
            codes: list[int] = []
            with shop.client() as client:
                while codes.count(204) < 10:
                    page = client.get("/seats")
                    codes.append(sell(client, page))
            return codes

        codes = Counter(code for clerk in at_once(sell_ten) for code in clerk)
        assert codes.keys() <= {204, 412}
        assert codes[204] == 10 * CLERKS
        assert seats.Seats(path).read() == (10 * CLERKS, f'"{10 * CLERKS + 1}"')


def sell(client: httpx2.Client, page: httpx2.Response) -> int:
    over = {"if-match": page.headers["etag"]}
    return client.put("/seats", content=str(page.json() + 1), headers=over).status_code
