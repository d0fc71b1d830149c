"""Seven operations: each makes what is kept from what was."""


def replace(kept: str, value: str) -> str:
    return value


def highest(kept: int, value: int) -> int:
    return max(kept, value)


def include(kept: list[str], value: str) -> list[str]:
    return sorted({*kept, value})


def remove(kept: list[str], value: str) -> list[str]:
    return sorted({*kept} - {value})


def append(kept: list[str], value: str) -> list[str]:
    return [*kept, value]


def increase(kept: int, value: int) -> int:
    return kept + value


def toggle(kept: bool) -> bool:
    return not kept
