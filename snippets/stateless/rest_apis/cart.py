"""What a cart may be: a list of a few short texts."""

from typing import Any, TypeGuard

Carts = dict[str, list[str]]


def is_cart(
    value: Any, most: int = 100, longest: int = 100
) -> TypeGuard[list[str]]:
    """Whether a JSON value is a cart of at most `most` items."""
    return (
        isinstance(value, list)
        and len(value) <= most
        and all(isinstance(item, str) for item in value)
        and all(len(item) <= longest for item in value)
    )
