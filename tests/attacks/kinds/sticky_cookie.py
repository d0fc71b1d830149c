"""A balancer's cookie that names whichever replica the attacker likes."""

from __future__ import annotations

import importlib
from collections import Counter

from start.break_a_cluster.login import make_app
from testbed import Cluster
from tests.attacks.faces import Outcome
from tests.attacks.wire import Browser

WORDS = "A client writes the balancer's cookie itself, to send all of its load to one replica."
PROGRAMS = ["testbed/sticky.py"]
CONTROL = "naive/sticky.py"


async def attack(program: str) -> Outcome:
    name = f"tests.attacks.{program}" if program.startswith("naive/") else program
    sticky = importlib.import_module(name.removesuffix(".py").replace("/", ".")).Sticky
    cluster = Cluster(make_app, 4, sticky())
    known = Browser(cluster)
    await known.ask("POST /visit")
    cookie = next(iter(known.jar), "replica")
    chosen, own = 0, known.jar[cookie]
    for guess in ("2", "02", "replica-2", '"2"', own.replace("0", "2"), own[:-1] + "2"):
        if guess == own:
            continue
        for _ in range(8):
            client = Browser(cluster)
            client.jar = {cookie: guess}
            await client.start("POST /visit")
        if len({served.replica for served in cluster.served[-8:]}) == 1:
            chosen += 1
    counted = Counter(served.replica for served in cluster.served)
    return Outcome(bool(chosen), f"{chosen} spellings choose; {dict(sorted(counted.items()))}")
