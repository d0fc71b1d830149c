"""The numbers of the homes that are with the client, or on the way to it."""

N = 4  # replicas
BEATS, BEAT = 3, 10  # until a lease ends, and seconds between them
SEALED = 4096 - len("session")  # what a browser stores, less the name
SIGNED = SEALED - 35  # less a time and a signature

NEAR = {
    "the request": ("0 bytes kept", f"{N} of {N} replicas will do"),
    "connection and log": (
        f"1 of {N} replicas holds the socket",
        f"{30 * 10} events to replay after 30 s at 10 a second",
    ),
    "lease": (
        f"{BEATS * BEAT} s shown as here after a crash, at most",
        f"{BEATS - 1} beats in a row may be lost",
    ),
    "browser storage": (
        "0 bytes on the way to us",
        "0 of 2 devices see what the other keeps",
    ),
    "signed cookie": (
        f"{3 * (SIGNED // 4)} bytes in {SIGNED} of base64",
        "1 of 5 writes at once is kept",
    ),
    "encrypted cookie": (
        f"{3 * (SEALED // 4) - 12 - 16} bytes sealed in {SEALED}",  # AES-GCM
        "2 keys while one is rotated",
    ),
}
