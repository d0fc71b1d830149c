"""Another's cart is no cart, guessed or known; there is an end to what a client can make grow."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from stateful.carts_and_preferences import carts, shared_cart
from stateful.carts_and_preferences.access import Carts
from stateful.carts_and_preferences.links import Links
from stateless.web_servers.bearer import digest

OWNERS = {digest("a-token"): "Ada", digest("g-token"): "Grace"}


def user(app: Starlette, token: str | None = None) -> TestClient:
    return TestClient(app, headers={"Authorization": f"Bearer {token}"} if token else {})


@pytest.fixture
def store() -> Carts:
    return {"Ada": {"hers": ["tea"]}}


@pytest.mark.parametrize(("method", "path"), [("GET", "/carts/{}"), ("POST", "/carts/{}/jam")])
@pytest.mark.parametrize("name", ["hers", "nobodys", "x" * 65, "%00", "%FF", "h%65rs"])
def test_anothers_cart_and_none_are_told_alike(store: Carts, method: str, path: str, name: str) -> None:
    app = carts.make_app(OWNERS, store)
    replies = [user(app, "g-token").request(method, path.format(one)) for one in (name, "guess")]
    assert {(reply.status_code, reply.text) for reply in replies} == {(404, "Not Found")}
    assert store["Ada"] == {"hers": ["tea"]}


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", "Bearer", "Bearer ", "Bearer x", "Basic a-token", "a-token", "Bearer a b"),
        *("Bearer\ta-token", "Bearer \ta-token", "Bearer a-token\t", "Bearer a-token\x1f", "Bearer\x0ba-token"),
    ],
)
def test_nobody_is_asked_for_a_token(store: Carts, header: str | None) -> None:
    client = TestClient(carts.make_app(OWNERS, store), headers={"Authorization": header} if header is not None else {})
    for method, path in (("GET", "/carts"), ("POST", "/carts"), ("GET", "/carts/hers"), ("POST", "/carts/hers/jam")):
        assert client.request(method, path).status_code == 401
    assert store == {"Ada": {"hers": ["tea"]}}


def test_each_sees_their_own_list(store: Carts) -> None:
    app = carts.make_app(OWNERS, store)
    assert user(app, "a-token").get("/carts").json() == ["/carts/hers"]
    assert user(app, "g-token").get("/carts").json() == []


def test_names_are_not_to_be_guessed(store: Carts) -> None:
    app = carts.make_app(OWNERS, store)
    names = {user(app, "a-token").post("/carts").headers["location"] for _ in range(50)}
    assert len(names) == 50
    assert min(map(len, names)) >= len("/carts/") + 43


def test_there_is_an_end_to_carts_and_items(store: Carts) -> None:
    ada = user(carts.make_app(OWNERS, store, most=3), "a-token")
    assert [ada.post("/carts").status_code for _ in range(3)] == [201, 201, 409]
    assert [ada.post("/carts/hers/jam").status_code for _ in range(3)] == [201, 201, 409]
    assert ada.post(f"/carts/hers/{'j' * 65}").status_code == 404
    assert user(carts.make_app(OWNERS, store, most=3), "g-token").post("/carts").status_code == 201


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_link_is_a_key_until_it_ends_or_is_revoked(store: Carts) -> None:
    clock = Clock()
    links = Links(clock, lifetime=10)
    app = shared_cart.make_app(OWNERS, store, links)
    ada, nobody = user(app, "a-token"), user(app)
    first = ada.post("/links/hers").headers["location"]
    reply = nobody.get(first)
    assert (reply.json(), reply.headers["cache-control"]) == (["tea"], "no-store")
    second = ada.post("/links/hers").headers["location"]
    assert [nobody.get(link).status_code for link in (first, second)] == [404, 200]
    clock.now = 10
    assert nobody.get(second).status_code == 404
    third = ada.post("/links/hers").headers["location"]
    assert nobody.get(third).status_code == 200
    assert ada.delete("/links/hers").status_code == 204
    assert nobody.get(third).status_code == 404
    assert ada.delete("/links/hers").status_code == 204
    assert (links.to, links.of) == ({}, {})


def test_a_link_is_made_and_ended_by_the_owner_alone(store: Carts) -> None:
    links = Links(Clock())
    app = shared_cart.make_app(OWNERS, store, links)
    link = user(app, "a-token").post("/links/hers").headers["location"]
    for method in ("POST", "DELETE"):
        assert user(app, "g-token").request(method, "/links/hers").status_code == 404
        assert user(app).request(method, "/links/hers").status_code == 401
    assert user(app).get(link).status_code == 200


@pytest.mark.parametrize("secret", ["guess", "x" * 20_000, "%ED%A0%80", "%00", "hers"])
def test_a_guessed_link_opens_nothing(store: Carts, secret: str) -> None:
    app = shared_cart.make_app(OWNERS, store, Links(Clock()))
    assert user(app).get(f"/shared/{secret}").status_code == 404


def test_what_is_stored_of_a_link_is_no_key(store: Carts) -> None:
    links = Links(Clock())
    app = shared_cart.make_app(OWNERS, store, links)
    user(app, "a-token").post("/links/hers")
    assert [user(app).get(f"/shared/{stored}").status_code for stored in links.to] == [404]


def test_a_link_that_has_ended_stays_ended_if_the_clock_is_set_back(store: Carts) -> None:
    clock = Clock()
    links = Links(clock, lifetime=10)
    app = shared_cart.make_app(OWNERS, store, links)
    link = user(app, "a-token").post("/links/hers").headers["location"]
    for clock.now in (10, 0):
        assert user(app).get(link).status_code == 404
    assert (links.to, links.of) == ({}, {})


def test_a_link_ends_with_all_that_its_owner_had(store: Carts) -> None:
    app = shared_cart.make_app(OWNERS, store, Links(Clock()))
    link = user(app, "a-token").post("/links/hers").headers["location"]
    del store["Ada"]
    assert user(app).get(link).status_code == 404


def test_a_link_can_be_ended_while_its_cart_is_gone(store: Carts) -> None:
    app = shared_cart.make_app(OWNERS, store, Links(Clock()))
    ada = user(app, "a-token")
    link = ada.post("/links/hers").headers["location"]
    cart = store["Ada"].pop("hers")
    assert ada.delete("/links/hers").status_code == 404
    store["Ada"]["hers"] = cart  # from a backup, say
    assert user(app).get(link).status_code == 404


def test_a_link_ends_with_its_cart(store: Carts) -> None:
    app = shared_cart.make_app(OWNERS, store, Links(Clock()))
    link = user(app, "a-token").post("/links/hers").headers["location"]
    del store["Ada"]["hers"]
    assert user(app).get(link).status_code == 404
