"""A figure that is drawn from a run is what the run draws today."""

import pytest

from tools.figures import DRAWN, FIGURES


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_what_its_run_draws(name: str) -> None:
    assert (FIGURES / f"{name}.svg").read_text("utf-8") == DRAWN[name](name), "draw it again: make record"


def test_the_home_page_counts_in_both_homes() -> None:
    drawn = DRAWN["two-replicas"]("two-replicas")
    assert "counted 1, 1, 2, 2 and 1, 2, 3, 4." in drawn


def test_a_late_write_is_refused_and_the_login_stands() -> None:
    drawn = DRAWN["session-servers"]("session-servers")
    assert "The write that waited: refused, 409. 10 s later the store has the new name, and GET /me says ada." in drawn
