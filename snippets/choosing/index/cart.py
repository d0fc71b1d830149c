"""One cart of one customer, answered for: where every case begins."""

CART = {
    "loss": "its user",
    "source": "no",
    "life": "one session",
    "writers": "one client",
    "guarantee": "its own writes",
    "client": "see and replay it",
    "revoke": "no",
    "size": "yes",
    "shared": "no",
    "retried": "no",
    "deploy": "no",
    "outage": "degrade",
    "traffic": "both",
}
