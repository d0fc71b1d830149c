"""A plot is what its measurements draw today, and they are near what the formulas say."""

import re

import pytest

from tools.plots import DRAWN, FIGURES


@pytest.mark.parametrize("name", DRAWN)
def test_a_plot_is_what_its_run_draws(name: str) -> None:
    assert (FIGURES / f"{name}.svg").read_text("utf-8") == DRAWN[name](name), "draw it again: python -m tools.plots"


def test_a_spread_is_near_its_formula() -> None:
    title = re.search(r"<title[^>]*>(.*)</title>", (FIGURES / "placement.svg").read_text("utf-8"))
    assert title
    measured = [float(value) for value in re.findall(r"([\d.]+) at \d+", title[1])]
    predicted = [float(value) for value in title[1].split(" says ")[1].rstrip(".").split(", ")]
    assert len(measured) == len(predicted) == 5
    assert all(abs(a / b - 1) < 0.06 for a, b in zip(measured, predicted, strict=True))


def test_visits_at_random_are_lost_as_the_formula_says() -> None:
    title = re.search(r"<title[^>]*>(.*)</title>", (FIGURES / "eviction.svg").read_text("utf-8"))
    assert title
    runs = re.findall(r"(\d+): (\d\.\d+), (\d\.\d+)", title[1])
    assert len(runs) == 10
    for active, anybody, in_turn in ((int(a), float(b), float(c)) for a, b, c in runs):
        assert abs(anybody - max(0, 1 - 200 / active)) < 0.02
        assert in_turn == (active > 200)
