"""The two numbers that decide for each home, from their formulas."""

from math import sqrt

from choosing.index.near_numbers import NEAR, N

RETRIES = 6
WRITERS = 20
ATTEMPTS = WRITERS * (WRITERS + 1) // 2
ROLLING = (N - 1) / N * ((N / (N - 1)) ** N - 1)

NUMBERS = NEAR | {
    "idempotency record": (
        f"{min(RETRIES, N)} charges from {RETRIES} retries, one a replica",
        "1 charge if key and charge are one transaction",
    ),
    "process cache": (
        f"{1 - 1 / N:.0%} of reads stale after a write by one replica",
        f"{N} loads of one cold key, if each replica makes one",
    ),
    "shared counter": (
        f"{WRITERS} attempts for {WRITERS} additions",
        "2 counted for 1, if its answer is lost and it is sent again",
    ),
    "sticky memory": (
        f"{1 / N:.0%} of sessions die with a replica",
        f"{ROLLING:.2f} logouts a user in a rolling deploy, on average",
    ),
    "session store": (
        f"{7 * 24 * 60 * 0.001:.1f} minutes a week without it, at .999",
        f"{1 - 1 / 1.25:.0%} of sessions evicted at 1.25 × its capacity",
    ),
    "CRDT": (f"{N} entries a counter", f"{N} sales of the last seat"),
    "single owner": (
        f"{1 / (N + 1):.0%} of keys move to a new owner",
        f"±{sqrt((N - 1) / (N * 100 + 1)):.2%} load with 100 points each",
    ),
    "resource": (
        f"{ATTEMPTS} attempts when {WRITERS} write at once",
        f"0 of the {WRITERS} lost",
    ),
}
