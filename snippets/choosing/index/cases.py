"""A cart, and the situations that move such a piece of state elsewhere."""

from choosing.index.cart import CART

NEITHER = {"client": "neither"}
CACHED = {
    "loss": "nobody",
    "source": "yes",
    "guarantee": "nothing",
    "traffic": "mostly reads",
}
COUNTED = {
    "writers": "replicas at once",
    "guarantee": "nothing",
    "outage": "go on apart, merge later",
}

CASES = {
    "recomputable, and its loss is harmless": CART | CACHED,
    "small, and the client may replay it": CART,
    "small, and secret from the client": CART | {"client": "hold it sealed"},
    "revocable at once": CART | NEITHER | {"revoke": "yes"},
    "shared across devices": CART | {"shared": "yes"},
    "written fast, in order for each key": CART
    | {"guarantee": "key order", "traffic": "fast writes"},
    "a number that only grows": CART
    | {"life": "longer", "writers": "many clients", "shared": "yes"}
    | {"traffic": "additions"},
    "of this device, and no server reads it": CART
    | {"life": "longer", "client": "keep it from us"},
    "counted on both sides of a partition": CART | COUNTED,
    "here while its socket is open": CART
    | {"life": "one connection", "guarantee": "nothing"},
    "tied to an open socket": CART | {"life": "one connection"},
    "not to be done twice": CART | NEITHER | {"retried": "but must act once"},
    "in memory, and cannot move yet": CART
    | {"deploy": "yes, it cannot move yet"},
    "needed by one request only": CART | {"life": "one request"},
}
