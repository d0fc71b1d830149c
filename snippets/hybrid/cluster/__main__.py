"""A shop on real processes: python -m snippets.hybrid.cluster --help"""

import signal
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).parents[2]))

try:
    from hybrid.cluster.homes import home
    from hybrid.cluster.processes import Processes
    from hybrid.index.shop import make_app
    from testbed import RoundRobin, Sticky
except ModuleNotFoundError as missing:
    print(f"cluster: {missing}: start it by `make cluster`", file=sys.stderr)
    sys.exit(2)


ENDS = {signal.SIGINT, signal.SIGTERM}


class Command(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"cluster: {message}\n")


def main() -> None:
    cli = Command("cluster", description="A real cluster, until Ctrl-C")
    cli.add_argument("--replicas", type=int, default=4)
    stores = "memory, sqlite, valkey, or a URL: valkey://host:port"
    cli.add_argument("--store", default="sqlite", help=stores)
    cli.add_argument("--port", type=int, default=0, help="0: any free one")
    cli.add_argument("--sticky", action="store_true")
    given = cli.parse_args()
    # They wait until all is up: an exception could get lost in a fork.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    for end in ENDS:  # a shell's `&` has the first ignored
        signal.signal(end, signal.SIG_DFL)
    pick = Sticky() if given.sticky else RoundRobin()
    with ExitStack() as life:
        folder = Path(life.enter_context(TemporaryDirectory()))
        try:
            make_store = home(given.store, folder, life)
            cluster = Processes(
                lambda: make_app(make_store()),
                given.replicas,
                pick,
                given.port,
            )
        except (ValueError, OSError) as problem:
            cli.error(str(problem))
        life.enter_context(cluster)
        for number, replica in enumerate(cluster.replicas):
            print(f"replica {number}  {replica.address}", end="  ")
            print(f"pid {replica.process.pid}")
        print(f"store      {given.store}\nbalancer   {cluster.url}")
        print("Ctrl-C ends it all", flush=True)
        signal.sigwait(ENDS)
    print("ended")


if __name__ == "__main__":
    main()
