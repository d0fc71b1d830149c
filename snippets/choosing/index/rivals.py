"""The home that each is confused with, and what that one would cost."""

RIVALS = {
    "idempotency record": "resource",
    "the request": "process cache",
    "lease": "connection and log",
    "connection and log": "session store",
    "process cache": "resource",
    "shared counter": "resource",
    "browser storage": "signed cookie",
    "sticky memory": "session store",
    "signed cookie": "session store",
    "encrypted cookie": "signed cookie",
    "session store": "signed cookie",
    "CRDT": "single owner",
    "single owner": "resource",
    "resource": "session store",
}

PRICES = {  # why the rival loses where nothing rules it out
    "idempotency record": "a 412 cannot tell whose change it saw",
    "lease": "a log, where nothing is to be replayed",
    "process cache": "a round trip for what can be recomputed",
    "signed cookie": "a store in series with every request",
    "shared counter": "n writers at once need n(n+1)/2 attempts",
    "single owner": "n writers at once need n(n+1)/2 attempts",
}
