"""A cart, and the situations that move such a piece of state elsewhere."""

CART = {
    "loss": "its user",
    "source": "no",
    "life": "one session",
    "writers": "one client",
    "guarantee": "own writes",
    "client": "see and replay it",
    "revoke": "no",
    "size": "yes",
    "shared": "no",
    "retried": "no",
    "deploy": "no",
    "outage": "degrade",
    "traffic": "both",
}
CACHED = {
    "loss": "nobody",
    "source": "yes",
    "guarantee": "nothing",
    "traffic": "mostly reads",
}
COUNTED = {
    "writers": "replicas at once",
    "guarantee": "nothing",
    "outage": "guess, merge later",
}

CASES = {
    "recomputable, and its loss is harmless": CART | CACHED,
    "small, and the client may replay it": CART,
    "small, and secret from the client": CART | {"client": "hold it sealed"},
    "revocable at once": CART | {"revoke": "yes"},
    "shared across devices": CART | {"shared": "yes"},
    "written fast, in order for each key": CART
    | {"guarantee": "key order", "traffic": "fast writes"},
    "counted on both sides of a partition": CART | COUNTED,
    "tied to an open socket": CART | {"life": "one connection"},
    "not to be done twice": CART | {"retried": "but must act once"},
    "in memory, and cannot move yet": CART
    | {"deploy": "yes, it cannot move yet"},
    "needed by one request only": CART | {"life": "one request"},
}
