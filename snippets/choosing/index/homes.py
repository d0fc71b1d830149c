"""What each home demands; the first one content wins, the last takes all."""

Demands = dict[str, set[str]]

ONE_USER: Demands = {
    "life": {"one session"},
    "loss": {"nobody", "its user"},
    "writers": {"one client"},
    "guarantee": {"nothing", "its own writes"},
    "shared": {"no"},
}
SMALL: Demands = {"revoke": {"no"}, "size": {"yes"}}

HOMES: dict[str, Demands] = {
    "idempotency record": {"retried": {"but must act once"}},
    "the request": {"life": {"one request"}},
    "lease": {"life": {"one connection"}, "guarantee": {"nothing"}},
    "connection and log": {"life": {"one connection"}},
    "process cache": {
        "life": {"one session", "longer"},
        "loss": {"nobody"},
        "source": {"yes"},
        "guarantee": {"nothing"},
        "revoke": {"no"},
        "outage": {"degrade", "go on apart, merge later"},
        "traffic": {"mostly reads"},
    },
    "shared counter": {
        "guarantee": {"nothing", "its own writes", "latest"},
        "outage": {"degrade", "refuse"},
        "traffic": {"additions"},
    },
    "browser storage": ONE_USER
    | {
        "life": {"one session", "longer"},
        "client": {"keep it from us"},
        "revoke": {"no"},
    },
    "sticky memory": ONE_USER | {"deploy": {"yes, it cannot move yet"}},
    "signed cookie": ONE_USER | SMALL | {"client": {"see and replay it"}},
    "encrypted cookie": ONE_USER | SMALL | {"client": {"hold it sealed"}},
    "session store": ONE_USER | {"deploy": {"no"}, "size": {"yes", "no"}},
    "CRDT": {
        "writers": {"replicas at once"},
        "guarantee": {"nothing"},
        "outage": {"go on apart, merge later"},
    },
    "single owner": {"guarantee": {"key order"}, "traffic": {"fast writes"}},
    "resource": {},
}
