"""What the pages run their apps on: replicas, two tests, the wire."""

from testbed.balancers import Hashed, RoundRobin, Seeded
from testbed.cluster import Cluster
from testbed.replacement import is_idempotent, survives_replacement
from testbed.sticky import Sticky
from testbed.wire import show

__all__ = [
    "Cluster",
    "Hashed",
    "RoundRobin",
    "Seeded",
    "Sticky",
    "is_idempotent",
    "show",
    "survives_replacement",
]
