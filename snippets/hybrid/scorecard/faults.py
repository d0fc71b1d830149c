"""Six things that happen to a cluster and what lies outside of it."""

import secrets

from hybrid.scorecard.designs import Design
from hybrid.scorecard.outside import Outside
from testbed import Cluster
from testbed.replica import Replica


def kill(design: Design, cluster: Cluster, outside: Outside) -> None:
    cluster.kill(0)


def add(design: Design, cluster: Cluster, outside: Outside) -> None:
    number = len(cluster.replicas)
    cluster.replicas.append(Replica(cluster.make_app(), number))


def deploy(design: Design, cluster: Cluster, outside: Outside) -> None:
    for replica in cluster.up():
        cluster.restart(replica.number)


def rotate(design: Design, cluster: Cluster, outside: Outside) -> None:
    outside.secret = secrets.token_hex()
    if design.signs:  # only a process that reads the secret is restarted
        deploy(design, cluster, outside)


def lose_sessions(design: Design, cluster: Cluster, outside: Outside) -> None:
    outside.sessions.clear()


def lose_home(design: Design, cluster: Cluster, outside: Outside) -> None:
    if design.home:
        getattr(outside, design.home).clear()
    else:
        deploy(design, cluster, outside)


FAULTS = {
    "kill": kill,
    "add": add,
    "deploy": deploy,
    "rotate": rotate,
    "sessions": lose_sessions,
    "own home": lose_home,
}
