"""What to do next with each home: the fault to test, the page to read."""

FAULTS = {
    "idempotency record": "crash between the effect and the answer",
    "the request": "replace the process before every request",
    "lease": "kill the replica that renews it",
    "connection and log": "drop the connection between two events",
    "process cache": "write through another replica, then read",
    "shared counter": "lose an answer, and ask again",
    "browser storage": "clear the site's data, or take another device",
    "sticky memory": "kill a replica",
    "signed cookie": "send yesterday's cookie again",
    "encrypted cookie": "rotate the key",
    "session store": "take the store away",
    "CRDT": "cut the replicas off, sell the last seat on each",
    "single owner": "add a node while writes are on their way",
    "resource": "write from two devices at once",
}

RECIPES = {
    "idempotency record": "stateless/idempotent",
    "the request": "stateless/no-stored-data",
    "lease": "stateful/less-scalable",
    "connection and log": "stateless/web-servers",
    "process cache": "stateless/scalable",
    "shared counter": "stateless/scalable",
    "browser storage": "stateful/carts-and-preferences",
    "sticky memory": "choosing/scalability",
    "signed cookie": "choosing/complexity",
    "encrypted cookie": "stateful/session-servers",
    "session store": "stateful/session-servers",
    "CRDT": "stateful/carts-and-preferences",
    "single owner": "stateful/less-scalable",
    "resource": "choosing/consistency",
}
