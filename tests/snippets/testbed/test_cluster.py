"""The cluster does what a balancer with its replicas would do."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from testbed import Cluster, Hashed, RoundRobin, Seeded, Sticky
from testbed.replica import Served


class Made:
    """A factory whose apps know their number, count, and tell of their lives."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.events: list[str] = []
        self.made = 0
        self.fail_at = fail_at

    def __call__(self) -> Starlette:
        number, self.made = self.made, self.made + 1
        visits = 0

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[dict[str, list[int]]]:
            if number == self.fail_at:
                raise RuntimeError(f"replica {number} has no disk")
            self.events.append(f"start {number}")
            yield {"own": [number]}
            self.events.append(f"stop {number}")

        async def visit(request: Request) -> JSONResponse:
            nonlocal visits
            visits += 1
            return JSONResponse([number, visits])

        async def own(request: Request) -> JSONResponse:
            return JSONResponse(request.state.own)

        async def fail(request: Request) -> JSONResponse:
            raise KeyError("lost")

        async def stream(request: Request) -> StreamingResponse:
            async def parts() -> AsyncIterator[str]:
                for part in ("a", "b"):
                    yield part

            return StreamingResponse(parts())

        async def echo(socket: WebSocket) -> None:
            await socket.accept()
            await socket.send_json([number, await socket.receive_text()])
            await socket.close()

        routes = [Route(f"/{f.__name__}", f, methods=["GET", "POST"]) for f in (visit, own, fail, stream)]
        return Starlette(routes=[*routes, WebSocketRoute("/echo", echo)], lifespan=lifespan)


def numbers(cluster: Cluster, requests: int, client: TestClient | None = None) -> list[int]:
    client = client or TestClient(cluster, "https://testserver")
    return [client.get("/visit").json()[0] for _ in range(requests)]


def test_replicas_take_turns_and_share_nothing() -> None:
    client = TestClient(Cluster(Made(), replicas=3))
    assert [client.get("/visit").json() for _ in range(5)] == [[0, 1], [1, 1], [2, 1], [0, 2], [1, 2]]


def test_three_replicas_are_made_unless_another_number_is_asked_for() -> None:
    made = Made()
    assert len(Cluster(made).replicas) == made.made == 3


@pytest.mark.parametrize("replicas", [0, -1])
def test_no_replicas_are_refused(replicas: int) -> None:
    with pytest.raises(ValueError, match=f"replicas={replicas}: make it 1 or more"):
        Cluster(Made(), replicas=replicas)


def test_the_log_says_who_served_what() -> None:
    cluster = Cluster(Made(), replicas=2)
    client = TestClient(cluster, raise_server_exceptions=False)
    client.post("/visit")
    client.get("/nothing")
    client.get("/fail")
    with client.websocket_connect("/echo") as socket:
        socket.send_text("hi")
        assert socket.receive_json() == [1, "hi"]
    assert cluster.served == [
        Served(0, "POST", "/visit", 200),
        Served(1, "GET", "/nothing", 404),
        Served(0, "GET", "/fail", 500),
        Served(1, "WEBSOCKET", "/echo", 101),
    ]


def test_a_killed_replica_is_passed_over_and_a_restarted_one_is_fresh() -> None:
    cluster = Cluster(Made(), replicas=3)
    assert numbers(cluster, 3) == [0, 1, 2]
    cluster.kill(1)
    assert set(numbers(cluster, 4)) == {0, 2}
    cluster.restart(1)
    client = TestClient(cluster)
    assert [3, 1] in [client.get("/visit").json() for _ in range(3)]


def test_nobody_is_up() -> None:
    cluster = Cluster(Made(), replicas=1)
    cluster.kill(0)
    answer = TestClient(cluster).get("/visit")
    assert (answer.status_code, answer.text) == (503, "no replica is up\n")
    with pytest.raises(WebSocketDenialResponse), TestClient(cluster).websocket_connect("/echo"):
        pytest.fail("nobody is there to accept")
    assert cluster.served == []


def test_streams_pass_through() -> None:
    assert TestClient(Cluster(Made())).get("/stream").text == "ab"


# -- lifespan --------------------------------------------------------------


def test_the_lifespan_reaches_every_replica_and_its_state_stays_there() -> None:
    made = Made()
    with TestClient(Cluster(made, replicas=2)) as client:
        assert made.events == ["start 0", "start 1"]
        assert [client.get("/own").json() for _ in range(3)] == [[0], [1], [0]]
    assert made.events == ["start 0", "start 1", "stop 0", "stop 1"]


def test_a_killed_replica_does_not_shut_down() -> None:
    made = Made()
    cluster = Cluster(made, replicas=2)
    with TestClient(cluster):
        cluster.kill(0)
    assert made.events == ["start 0", "start 1", "stop 1"]


def test_a_restarted_replica_starts_with_its_first_request() -> None:
    made = Made()
    cluster = Cluster(made, replicas=1)
    with TestClient(cluster) as client:
        cluster.restart(0)
        assert made.events == ["start 0"]
        assert client.get("/own").json() == [1]
    assert made.events == ["start 0", "start 1", "stop 1"]


def test_a_replica_that_cannot_start_stops_the_cluster() -> None:
    with pytest.raises(RuntimeError, match="replica 1 has no disk"), TestClient(Cluster(Made(fail_at=1))):
        pytest.fail("it started")


def test_without_a_lifespan_nothing_starts() -> None:
    made = Made()
    TestClient(Cluster(made)).get("/visit")
    assert made.events == []


# -- balancers -------------------------------------------------------------


def test_round_robin_is_the_default() -> None:
    assert numbers(Cluster(Made(), 3), 6) == numbers(Cluster(Made(), 3, pick=RoundRobin()), 6) == [0, 1, 2, 0, 1, 2]


def test_sticky_keeps_a_browser_on_its_replica_until_that_is_gone() -> None:
    cluster = Cluster(Made(), replicas=3, pick=Sticky())
    ada, grace = (TestClient(cluster, "https://testserver") for _ in range(2))
    assert numbers(cluster, 3, ada) == [0, 0, 0]
    assert numbers(cluster, 3, grace) == [1, 1, 1]
    cluster.kill(0)
    moved = numbers(cluster, 3, ada)
    assert len(set(moved)) == 1
    assert moved[0] in {1, 2}
    assert numbers(cluster, 1, grace) == [1]


def test_the_sticky_cookie_is_set_once_and_not_for_scripts() -> None:
    client = TestClient(Cluster(Made(), pick=Sticky()), "https://testserver")
    given = client.get("/visit").headers["set-cookie"]
    assert re.fullmatch(r"replica=[0-9a-f]{64}; Path=/; HttpOnly; Secure; SameSite=Lax", given)
    assert "set-cookie" not in client.get("/visit").headers


def test_a_cookie_that_names_no_replica_is_ignored() -> None:
    client = TestClient(Cluster(Made(), replicas=2, pick=Sticky()), cookies={"replica": "7"})
    assert client.get("/visit").json()[0] == 0


def test_a_seed_repeats_its_choices_and_uses_every_replica() -> None:
    one, two = (numbers(Cluster(Made(), 4, pick=Seeded(7)), 40) for _ in range(2))
    assert one == two
    assert set(one) == {0, 1, 2, 3}
    assert one != numbers(Cluster(Made(), 4, pick=Seeded(8)), 40)


def test_hashing_keeps_a_key_where_it_is() -> None:
    cluster = Cluster(Made(), 4, pick=Hashed(lambda connection: connection.headers["x-user"]))
    client = TestClient(cluster)
    homes: dict[str, int] = {}
    for user in [f"user-{n}" for n in range(40)] * 2:
        home = client.get("/visit", headers={"x-user": user}).json()[0]
        assert homes.setdefault(user, home) == home
    assert set(homes.values()) == {0, 1, 2, 3}


def test_any_callable_will_do() -> None:
    assert numbers(Cluster(Made(), 3, pick=lambda scope, up: up[-1]), 3) == [2, 2, 2]
