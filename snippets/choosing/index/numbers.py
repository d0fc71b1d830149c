"""The two numbers that decide for each home, from their formulas."""

from math import sqrt

N = 4  # replicas
RETRIES = 6
SEALED = 4096 - len("session")  # what a browser stores, less the name
SIGNED = SEALED - 35  # less a time and a signature
ROLLING = (N - 1) / N * ((N / (N - 1)) ** N - 1)

NUMBERS = {
    "idempotency record": (
        f"{min(RETRIES, N)} charges from {RETRIES} retries, one a replica",
        "1 charge if key and charge are one transaction",
    ),
    "the request": ("0 bytes kept", f"{N} of {N} replicas will do"),
    "connection and log": (
        f"1 of {N} replicas holds the socket",
        f"{30 * 10} events to replay after 30 s at 10 a second",
    ),
    "process cache": (
        f"{1 - 1 / N:.0%} of reads stale after a write by one replica",
        f"{N} loads of one cold key, if each replica makes one",
    ),
    "sticky memory": (
        f"{1 / N:.0%} of sessions die with a replica",
        f"{ROLLING:.2f} logouts a user in a rolling deploy, on average",
    ),
    "signed cookie": (
        f"{3 * (SIGNED // 4)} bytes in {SIGNED} of base64",
        "1 of 5 writes at once is kept",
    ),
    "encrypted cookie": (
        f"{3 * (SEALED // 4) - 12 - 16} bytes sealed in {SEALED}",  # AES-GCM
        "2 keys while one is rotated",
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
        f"{20 * 21 // 2} attempts when 20 write at once",
        "0 of the 20 lost",
    ),
}
