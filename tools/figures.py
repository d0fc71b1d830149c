"""Message flows drawn from recorded runs: docs/figures/*.svg.

    python -m tools.figures

Each figure runs a program of the pages on a cluster and draws the balancer's
log, so it shows what happened or nothing. A test draws them again and compares.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from httpx2 import ASGITransport, AsyncClient, Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from start.break_a_cluster.login import Memory, make_app
from stateful.eviction.lru import LRU
from stateful.session_servers import shop
from stateful.session_servers.names import hashed
from stateful.session_servers.record import unpacked
from testbed import Cluster
from tools.site import ROOT

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


def text(x: int, y: int, words: str, kind: str = "s-note", anchor: str = "middle") -> str:
    return f'<text class="{kind}" fill="{SOFT}" text-anchor="{anchor}" x="{x}" y="{y}">{escape(words)}</text>'


def dot(x: int, y: int) -> str:
    return f'<circle class="s-request" fill="{INK}" cx="{x}" cy="{y}" r="5"/>'


def ring(x: int, y: int) -> str:
    return f'<circle class="s-reply" fill="#fff" stroke="{INK}" cx="{x}" cy="{y}" r="6"/>'


def cross(x: int, y: int) -> str:
    return f'<path class="s-fail" stroke="{FAIL}" stroke-width="3" d="M{x - 6} {y - 6}l12 12m0-12l-12 12"/>'


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
        out += [dot(at, y) for y in stops]
        out += [cross(at, client) if message.failed else ring(at, client), text(at, client - 14, message.got)]
    return out


def figure(name: str, title: str, width: int, height: int, body: Sequence[str]) -> str:
    """The SVG, its title for those who do not see it."""
    ident = f"figure-{name}"
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="{ident}"'
    return "\n".join(
        [
            f'{head} font-family="sans-serif" font-size="15">',
            f'<title id="{ident}">{escape(title)}</title>',
            *body,
            "</svg>\n",
        ]
    )


def draw(name: str, title: str, panels: dict[str, tuple[list[Message], bool]]) -> str:
    """Some runs, side by side."""
    body: list[str] = []
    x = 2
    for caption, (run, store) in panels.items():
        body += panel(x, caption, run, store)
        x += LEFT + STEP * len(run) + 60
    tall = TOP + LANE * max(3 if store else 2 for _, store in panels.values()) + 24
    return figure(name, title, x - 58, tall, body)


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


OVERLAP = shop.LIMITS.overlap  # seconds


class Late(LRU):
    """A store for a few sessions, in which the next write can be made to wait."""

    def __init__(self) -> None:
        super().__init__(capacity=10)
        self.held = self.refused = False
        self.waits, self.goes_on = asyncio.Event(), asyncio.Event()

    async def swap(self, key: str, old: str | None, new: str | None, ttl: int) -> bool:
        if self.held:
            self.held = False
            self.waits.set()
            await self.goes_on.wait()
        kept = await super().swap(key, old, new, ttl)
        self.refused = not kept
        return kept


class Step(NamedTuple):
    """A moment of the run: what was asked, what came back by then, what the store has."""

    asked: str
    got: str
    failed: bool
    refused: bool  # by the store
    replica: int
    names: dict[str, str]  # the names that it keeps, and what there is to say of each


async def late_write() -> list[Step]:
    """A login while a write of the same browser waits, at two replicas and one store."""
    store, now, keys = Late(), 0.0, dict[str, str]()
    cluster = Cluster(lambda: shop.make_app(store, lambda: now), replicas=2)
    browser = AsyncClient(transport=ASGITransport(cluster), base_url="https://shop.example")

    def names() -> dict[str, str]:
        records = {name: unpacked(store.kept.get(key)) for name, key in keys.items()}
        return {
            name: f"replaced, kept {record.ends - now:.0f} s more" if record.next else name
            for name, record in records.items()
            if record and now < record.ends
        }

    def step(asked: str, reply: Response) -> Step:
        got = reply.text.strip('"') if asked == "GET /me" else str(reply.status_code)
        if given := reply.cookies.get("__Host-session"):
            keys["new name" if keys else "old name"] = hashed(given)
            got += ", a cookie"
        refused, store.refused = store.refused, False
        return Step(asked, got, reply.is_error, refused, cluster.served[-1].replica, names())

    begun = step("POST /cart/tea", await browser.post("/cart/tea"))
    store.held = True
    late = asyncio.create_task(browser.post("/cart/jam"))
    await store.waits.wait()
    waiting = names()
    login = step("POST /login/ada", await browser.post("/login/ada"))
    store.goes_on.set()
    ended = step("", await late)
    asked = Step("POST /cart/jam", "waits", False, False, ended.replica, waiting)
    now += OVERLAP
    return [begun, asked, login, ended, step("GET /me", await browser.get("/me"))]


def session_servers(name: str) -> str:
    """A write that begins before a login and comes to the store after it."""
    steps, wide = asyncio.run(late_write()), 104
    client, *replicas, store = lanes = [TOP + LANE * n for n in range(4)]
    at, right = [LEFT + 34 + wide * n for n in range(len(steps))], LEFT + wide * len(steps)
    out = [f'<path class="s-wire" stroke="{SOFT}" opacity=".4" d="M{LEFT - 14} {y}H{right}"/>' for y in lanes]
    out += [text(58, client + 5, "browser", "s-name"), service(2, store, "store", keeps=True)]
    out += [service(2, y, f"replica {n}", keeps=False) for n, y in enumerate(replicas)]
    late = replicas[steps[1].replica]
    out.append(f'<path class="s-wire" stroke="{SOFT}" stroke-dasharray="3 5" d="M{at[1]} {late}H{at[3]}"/>')
    for x, step in zip(at, steps, strict=True):
        out.append(f'<path class="s-wire" stroke="{SOFT}" d="M{x} {client}V{store}"/>')
        out += [
            text(x, client - 32, step.asked.removeprefix("POST ").removeprefix("GET ")),
            text(x, client - 14, step.got),
        ]
        out += [dot(x, replicas[step.replica]), (cross if step.refused else dot)(x, store)]
        out += [(cross if step.failed else ring)(x, client)] if step.got != "waits" else []
    for kept, y in ("old name", store + 40), ("new name", store + 72):
        there = [n for n, step in enumerate(steps) if kept in step.names]
        begin, end = at[there[0]], [*at, right][there[-1] + 1]
        out.append(f'<rect class="s-tray" fill="{FULL}" x="{begin}" y="{y}" width="{end - begin}" height="5"/>')
        said = {steps[n].names[kept]: at[n] for n in reversed(there)}  # where it is first said
        out += [text(x, y - 6, words, anchor="start") for words, x in said.items()]
    out.append(text(right, store + 46, f"{OVERLAP} s later", anchor="end"))
    tea, jam, login, ended, me = steps
    title = (
        f"Two replicas and one store. {tea.asked} at replica {tea.replica}: {tea.got}. "
        f"{jam.asked} at replica {jam.replica} {jam.got}. {login.asked} at replica {login.replica}: {login.got}; "
        f"in the store the old name is {login.names['old name']}. The write that waited: refused, {ended.got}. "
        f"{OVERLAP} s later the store has the {' and '.join(me.names)}, and {me.asked} says {me.got}."
    )
    return figure(name, title, right, store + 84, out)


DRAWN: dict[str, Callable[[str], str]] = {
    "two-replicas": two_replicas,
    "login": login,
    "session-servers": session_servers,
}


def main() -> int:
    for name, figure in DRAWN.items():
        (FIGURES / f"{name}.svg").write_text(figure(name), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
