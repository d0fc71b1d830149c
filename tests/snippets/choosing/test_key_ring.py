"""A ring of one secret is a list of one; a text is none."""

import pytest
from starlette.testclient import TestClient

from choosing.complexity import in_cookie


def test_a_text_is_not_taken_for_a_list_of_its_letters() -> None:
    with pytest.raises(TypeError, match="a list of secrets"):
        TestClient(in_cookie.make_app("a secret")).get("/me")  # type: ignore[arg-type]
