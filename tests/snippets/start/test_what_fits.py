"""The limits of carts and preferences: the last that fits, and the first that does not."""

from __future__ import annotations

from json import dumps

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from hybrid.scorecard import cookie_cart as signed_cart
from hybrid.scorecard import resource_cart, session_cart
from start.what_state_is import cart, cookie_cart, memo, preferences
from stateful.stored_data.visitors import Visitors

LONG, LONGER = "x" * 64, "x" * 65


def client(app: Starlette) -> TestClient:
    return TestClient(app, "https://shop.example", headers={"Sec-Fetch-Site": "same-origin"})


def codes(app: Starlette, method: str, paths: list[str]) -> list[int]:
    asked = client(app)
    return [asked.request(method, path).status_code for path in paths]


def test_a_cart_takes_so_many_owners_items_and_letters() -> None:
    app = cart.make_app(most=2, items=2)
    paths = [
        f"/carts/{LONG}/{LONG}",
        f"/carts/{LONGER}/tea",
        f"/carts/ada/{LONGER}",
        "/carts/ada/tea",
        "/carts/eve/tea",
    ]
    assert codes(app, "POST", [*paths, "/carts/ada/jam", "/carts/ada/egg"]) == [201, 409, 409, 201, 409, 201, 409]
    assert client(app).get("/carts/ada").json() == ["tea", "jam"]


def test_a_cart_s_limits_are_those_that_the_page_shows() -> None:
    state = cart.make_app().state
    assert (state.most, state.items, preferences.make_app().state.most) == (1000, 100, 1000)
    assert cookie_cart.make_app("secret").state.size == signed_cart.make_app("secret").state.size == 2000
    assert (Visitors().most, Visitors().items) == (1000, 100)


def test_preferences_take_so_many_owners_and_letters_and_known_themes() -> None:
    app = preferences.make_app(most=2)
    paths = [
        "/themes/ada/dark",
        "/themes/ada/blue",
        f"/themes/{LONGER}/dark",
        f"/themes/{LONG}/dark",
        "/themes/eve/dark",
    ]
    assert codes(app, "PUT", [*paths, "/themes/ada/light"]) == [204, 409, 409, 204, 409, 204]


def test_a_cart_in_a_cookie_takes_so_many_characters() -> None:
    app = cookie_cart.make_app("secret", size=len(dumps(["tea", "jam"])))
    assert codes(app, "POST", ["/cart/tea", "/cart/jam!", "/cart/jam", "/cart/x"]) == [201, 409, 201, 409]


def test_carts_of_the_scorecard_take_so_many_too() -> None:
    signed = signed_cart.make_app("secret", size=len(dumps(["tea", "jam"])))
    assert codes(signed, "POST", ["/login/ada", "/cart/tea", "/cart/jam!", "/cart/jam"])[1:] == [200, 409, 200]
    in_session = session_cart.make_app({}, most=2)
    told = codes(in_session, "POST", ["/login/ada", f"/cart/{LONGER}", f"/cart/{LONG}", "/cart/tea", "/cart/jam"])
    assert told == [204, 409, 200, 200, 409]
    resource = resource_cart.make_app({}, {}, most=2)
    paths = [f"/login/{LONGER}", "/login/ada", f"/carts/ada/{LONGER}", f"/carts/ada/{LONG}", "/carts/ada/tea"]
    assert codes(resource, "POST", [*paths, "/carts/ada/jam", f"/login/{LONG}", "/login/eve"]) == [
        429, 204, 409, 200, 200, 409, 204, 429,
    ]  # fmt: skip


def test_visitors_are_so_many_and_each_has_so_much() -> None:
    visitors = Visitors(most=1, items=2)
    name = visitors.add(None, "tea")
    assert visitors.add(name, "jam") == name
    with pytest.raises(HTTPException, match=r"^409: This is all that a cart holds\.$"):
        visitors.add(name, "egg")
    for newcomer in (None, "a name of their own"):
        with pytest.raises(HTTPException, match=r"^503: Too many visitors\. Come later\.$"):
            visitors.add(newcomer, "tea")
    assert visitors.carts == {name: ["tea", "jam"]}
    assert Visitors().add("a name of their own", "tea") != "a name of their own"


def test_a_memo_takes_so_many_and_answers_all() -> None:
    prices: dict[str, int] = {}
    app = memo.make_app(prices, most=2)
    asked = client(app)
    assert [asked.get(f"/squares/{n}").json() for n in (3, 4, 5, 3, 5)] == [9, 16, 25, 9, 25]
    assert app.state.squares == {3: 9, 4: 16}
    paths = ["tea/2", "jam/3", "egg/4", "tea/5", f"{LONGER}/1", "tea/x"]
    assert codes(app, "PUT", [f"/prices/{path}" for path in paths]) == [204, 204, 409, 204, 404, 404]
    assert prices == {"tea": 5, "jam": 3}
    assert [asked.get(f"/prices/{item}").json() for item in ("tea", "egg", "jam")] == [5, 0, 3]
    prices |= {"tea": 6, "egg": 7, "jam": 8}
    assert [asked.get(f"/prices/{item}").json() for item in ("tea", "egg", "jam")] == [5, 0, 8]
    assert memo.make_app().state.most == 1000
