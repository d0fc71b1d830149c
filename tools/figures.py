"""Message flows drawn from recorded runs: docs/figures/*.svg.

    python -m tools.figures

Each figure runs a program of the pages on a cluster and draws the balancer's
log, so it shows what happened or nothing. A test draws them again and compares.
"""

import sys
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from start.break_a_cluster.login import Memory, make_app
from testbed import Cluster
from tools.fences import ROOT

FIGURES = ROOT / "docs" / "figures"
STEP, LANE, LEFT, TOP = 56, 62, 138, 58  # between messages, between lanes; where the lanes start
INK, SOFT, LESS, FULL, FAIL = "#24292f", "#5a626c", "#0072b2", "#d55e00", "#a84300"  # where no stylesheet is


class Message(NamedTuple):
    """One request of a run: what it asked, what came back, and from whom."""

    asked: str
    got: str
    failed: bool
    replica: int


def record(make: Callable[[], ASGIApp], calls: Sequence[str]) -> list[Message]:
    """Play the calls to two replicas of `make()` that take turns."""
    cluster = Cluster(make, replicas=2)
    client = TestClient(cluster, base_url="https://shop.example")
    replies = [client.request(*call.split(" ")) for call in calls]
    return [
        Message(served.path.strip("/"), reply.text.strip('"') or str(reply.status_code), reply.is_error, served.replica)
        for reply, served in zip(replies, cluster.served, strict=True)
    ]


def text(x: int, y: int, words: str, kind: str = "s-note") -> str:
    return f'<text class="{kind}" fill="{SOFT}" text-anchor="middle" x="{x}" y="{y}">{escape(words)}</text>'


def service(x: int, y: int, name: str, keeps: bool) -> str:
    """An empty outline, or a box with a tray for what it keeps."""
    kind, ink = ("s-full", FULL) if keeps else ("s-less", LESS)
    outline = f'<rect class="{kind}" fill="none" stroke="{ink}" x="{x}" y="{y - 21}" width="112" height="42"/>'
    tray = f'<rect class="s-tray" fill="{ink}" x="{x + 8}" y="{y + 12}" width="96" height="5"/>' if keeps else ""
    return outline + tray + text(x + 56, y + 4, name, "s-name")


def panel(x: int, caption: str, run: list[Message], store: bool) -> list[str]:
    """One run from left to right: a lane each for client, replicas and store."""
    lanes = [TOP + LANE * n for n in range(4 if store else 3)]
    client, first, right = TOP, x + LEFT + 14, x + LEFT + STEP * len(run)
    out = [f'<text class="s-note" fill="{SOFT}" x="{x}" y="14">{escape(caption)}</text>']
    out += [f'<path class="s-wire" stroke="{SOFT}" opacity=".4" d="M{x + LEFT - 14} {y}H{right}"/>' for y in lanes]
    out += [text(x + 56, client + 5, "client", "s-name")]
    out += [service(x, y, f"replica {n}", keeps=not store) for n, y in enumerate(lanes[1:3])]
    out += [service(x, y, "store", keeps=True) for y in lanes[3:]]
    for n, message in enumerate(run):
        at, stops = first + STEP * n, [lanes[1 + message.replica], *lanes[3:]]
        out.append(f'<path class="s-wire" stroke="{SOFT}" d="M{at} {client}V{stops[-1]}"/>')
        out += [f'<circle class="s-request" fill="{INK}" cx="{at}" cy="{y}" r="5"/>' for y in stops]
        if message.failed:
            out.append(
                f'<path class="s-fail" stroke="{FAIL}" stroke-width="3" d="M{at - 6} {client - 6}l12 12m0-12l-12 12"/>'
            )
        else:
            out.append(f'<circle class="s-reply" fill="#fff" stroke="{INK}" cx="{at}" cy="{client}" r="6"/>')
        out.append(text(at, client - 14, message.got))
    return out


def draw(name: str, title: str, panels: dict[str, tuple[list[Message], bool]]) -> str:
    """The figure as SVG, its panels side by side."""
    body: list[str] = []
    x = 2
    for caption, (run, store) in panels.items():
        body += panel(x, caption, run, store)
        x += LEFT + STEP * len(run) + 60
    tall = TOP + LANE * max(3 if store else 2 for _, store in panels.values()) + 24
    ident = f"figure-{name}"
    size = f'viewBox="0 0 {x - 58} {tall}" width="{x - 58}" height="{tall}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="{ident}"'
    return "\n".join(
        [
            f'{head} font-family="sans-serif" font-size="15">',
            f'<title id="{ident}">{escape(title)}</title>',
            *body,
            "</svg>\n",
        ]
    )


def two_replicas(name: str) -> str:
    """One counter behind two replicas, in each process and in one store."""
    visits, outside = ["POST /visit"] * 4, Memory()
    inside, shared = record(make_app, visits), record(lambda: make_app(outside), visits)
    counts = " and ".join(", ".join(message.got for message in run) for run in (inside, shared))
    title = f"Four visits to two replicas are counted {counts}."
    return draw(name, title, {"in each process": (inside, False), "in one store": (shared, True)})


def login(name: str) -> str:
    """A login that every other answer has forgotten."""
    run = record(make_app, ["POST /login", *["GET /me"] * 5])
    told = ", ".join(f"{message.asked} at replica {message.replica} {message.got}" for message in run)
    return draw(name, f"Two replicas in turn: {told}.", {"login, then me five times": (run, False)})


DRAWN: dict[str, Callable[[str], str]] = {"two-replicas": two_replicas, "login": login}


def main() -> int:
    for name, figure in DRAWN.items():
        (FIGURES / f"{name}.svg").write_text(figure(name), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
