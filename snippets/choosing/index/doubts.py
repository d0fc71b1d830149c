"""Answers that do not go together: one of the two is probably wrong."""

from collections.abc import Mapping

Answers = dict[str, set[str]]

DOUBTS: list[tuple[Answers, str]] = [
    (
        {"client": {"see and replay it"}, "revoke": {"yes"}},
        "what the client may replay is not revoked",
    ),
    (
        {"client": {"see and replay it"}, "retried": {"but must act once"}},
        "a replay is a second act",
    ),
    (
        {"client": {"keep it from us"}, "revoke": {"yes"}},
        "no server revokes what it never reads",
    ),
    (
        {"client": {"keep it from us"}, "shared": {"yes"}},
        "no server shares what it never reads",
    ),
    (
        {"life": {"one request"}, "shared": {"yes"}},
        "it is gone before somebody else can ask",
    ),
    (
        {"writers": {"many clients"}, "shared": {"no"}},
        "what many clients write is shared",
    ),
    (
        {
            "guarantee": {"latest", "all keys"},
            "outage": {"go on apart, merge later"},
        },
        "of two sides that go on apart, neither has the latest",
    ),
]


def doubts(answers: Mapping[str, str]) -> list[str]:
    """Why these answers should be looked at again."""
    return [
        why
        for pair, why in DOUBTS
        if all(answers.get(key) in some for key, some in pair.items())
    ]
