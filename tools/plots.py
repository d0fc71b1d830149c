"""Plots drawn from the pages' own measurements: docs/figures/*.svg.

    python -m tools.plots

Each plot runs the programs that its page runs and draws what they gave. A
test draws them again and compares.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from html import escape
from math import log10

from hybrid.many_machines.rollout import rollout as update
from stateful.eviction.lru import LRU, lost
from stateful.less_scalable.measures import moved, spread, theory
from stateful.less_scalable.placement import jump, modulo, number, rendezvous, ring
from tools.site import ROOT

FIGURES = ROOT / "docs" / "figures"
INK, SOFT, LESS, FULL, FAIL = "#24292f", "#5a626c", "#0072b2", "#d55e00", "#a84300"  # where no stylesheet is
KEYS = [f"user-{n}" for n in range(20_000)]


def text(x: float, y: float, words: str, anchor: str = "start", kind: str = "s-note") -> str:
    return f'<text class="{kind}" fill="{SOFT}" text-anchor="{anchor}" x="{x:.0f}" y="{y:.0f}">{escape(words)}</text>'


def line(path: str, kind: str = "s-wire", ink: str = SOFT, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path class="{kind}" fill="none" stroke="{ink}"{dashed} d="{path}"/>'


def dot(x: float, y: float) -> str:
    return f'<circle class="s-request" fill="{INK}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'


def cross(x: float, y: float) -> str:
    return f'<path class="s-fail" stroke="{FAIL}" stroke-width="3" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0-10l-10 10"/>'


def curve(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def drawing(name: str, title: str, wide: int, tall: int, body: list[str]) -> str:
    """The plot as SVG."""
    ident = f"figure-{name}"
    size = f'viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="{ident}"'
    return "\n".join(
        [
            f'{head} font-family="sans-serif" font-size="15">',
            f'<title id="{ident}">{escape(title)}</title>',
            *body,
            "</svg>\n",
        ]
    )


def placement(name: str) -> str:
    """The keys that move from four nodes to five, a bar each; the spread of a ring's shares by points a node."""
    left, full, top = 106, 176, 44
    shares = {way.__name__: len(moved(way, 4, KEYS)) / len(KEYS) for way in (modulo, ring, rendezvous, jump)}
    body = [text(2, 14, "keys that move, 4 → 5 nodes")]
    for row, (way, share) in enumerate(shares.items()):
        y, kind, ink = top + 38 * row, *(("s-full", FULL) if share > 0.5 else ("s-less", LESS))
        body.append(text(left - 8, y + 16, way, "end", "s-label"))
        size = f'width="{full * share:.0f}" height="22"'
        body.append(f'<rect class="{kind}" fill="none" stroke="{ink}" x="{left}" y="{y}" {size}/>')
        body.append(text(left + full * share + 8, y + 16, f"{share:.3f}"))
    body.append(line(f"M{left} {top - 8}V{top + 148}"))
    body.append(line(f"M{left + full / 5:.0f} {top - 8}V{top + 148}", dashes="3 4"))
    body.append(text(left + full / 5, top + 166, "1/5", "middle"))

    x0, y0, wide, tall = 392, top + 148, 240, 156
    runs = {each: spread(10, each, rings=100) for each in (1, 3, 10, 30, 100)}

    def at(each: float, value: float) -> tuple[float, float]:
        return x0 + wide * log10(each) / 2, y0 - tall * value

    body.append(text(x0 - 36, 14, "spread of a ring's shares, N = 10"))
    body.append(line(f"M{x0} {y0 - tall}V{y0}H{x0 + wide}"))
    body += [text(x0 - 8, at(1, value)[1] + 5, f"{value:.1f}", "end") for value in (0, 0.5, 1)]
    body += [
        text(at(each, 0)[0], y0 + 18, f"V = {each}" if each == 1 else str(each), "middle") for each in (1, 10, 100)
    ]
    steps = [10 ** (step / 20) for step in range(41)]
    body.append(line(curve([at(each, (9 / (10 * each + 1)) ** 0.5) for each in steps]), "s-less", LESS))
    body += [dot(*at(each, value)) for each, value in runs.items()]
    told = ", ".join(f"{way} {share:.3f}" for way, share in shares.items())
    spreads = ", ".join(f"{value:.3f} at {each}" for each, value in runs.items())
    title = (
        f"Share of keys that move when four nodes become five: {told}. "
        f"Spread of the shares of a ring by points a node: {spreads}; √((N−1)/(NV+1)) says "
        f"{', '.join(f'{theory(10, each):.3f}' for each in runs)}."
    )
    return drawing(name, title, 660, y0 + 26, body)


def eviction(name: str) -> str:
    """The visits that find no session, by the users of a store with room for 200: at random, and in turn."""
    room, x0, y0, wide, tall = 200, 46, 206, 560, 168

    def share(who: Callable[[int], int]) -> float:
        store = LRU(room)
        asyncio.run(lost(store, map(who, range(6_000))))
        return asyncio.run(lost(store, map(who, range(6_000, 12_000)))) / 6_000

    def visits(active: int) -> tuple[float, float]:
        return share(lambda visit: number(str(visit)) % active), share(lambda visit: visit % active)

    def at(active: float, lost_share: float) -> tuple[float, float]:
        return x0 + wide * active / 800, y0 - tall * lost_share

    runs = {active: visits(active) for active in (100, 160, 200, 210, 250, 300, 400, 500, 600, 800)}
    body = [text(2, 14, "share of visits that find no session, store with room for C = 200")]
    body.append(line(f"M{x0} {y0 - tall}V{y0}H{x0 + wide}"))
    body += [text(x0 - 8, at(0, part)[1] + 5, f"{part:.1f}", "end") for part in (0, 0.5, 1)]
    body += [text(at(active, 0)[0], y0 + 18, f"A = {active}", "middle") for active in (200, 400, 800)]
    body.append(line(curve([at(active, max(0, 1 - room / active)) for active in range(50, 801, 10)]), "s-less", LESS))
    for active, (anybody, in_turn) in runs.items():
        body.append(dot(*at(active, anybody)))
        body += [cross(*at(active, in_turn))] * (in_turn > 0)
    body += [
        text(at(600, 0.5)[0], at(0, 0.5)[1], "at random", "start"),
        text(at(400, 0.86)[0], at(0, 0.86)[1], "in turn"),
    ]
    told = "; ".join(f"{active}: {anybody:.3f}, {in_turn:.3f}" for active, (anybody, in_turn) in runs.items())
    title = f"Visits that find no session, by active users, first at random and then in turn. {told}."
    return drawing(name, title, 660, y0 + 26, body)


def rollout(name: str) -> str:
    """The pods that are ready and the pods that run, second by second, for two ways to replace four of them."""
    y0, tall, wide, most, last = 206, 152, 250, 8, 53
    body, told = [], []
    for x0, surge, unavailable in ((30, 1, 0), (390, 0, 1)):

        def at(second: float, pods: float, x0: int = x0) -> tuple[float, float]:
            return x0 + wide * second / last, y0 - tall * pods / most

        seconds = list(update(4, surge, unavailable, starts=3, leaves=40))
        (ready, runs), end = zip(*seconds, strict=True), len(seconds)
        caption = f"maxSurge {surge}, maxUnavailable {unavailable}"
        body.append(text(x0 - 28, 14, caption))
        body.append(line(f"M{x0} {y0 - tall}V{y0}H{x0 + wide}"))
        body += [text(x0 - 8, at(0, pods)[1] + 5, str(pods), "end") for pods in (0, 4, 8)]
        body += [text(at(second, 0)[0], y0 + 18, f"{second} s", "middle") for second in (0, 20, 40)]
        for kind, ink, pods in (("s-full", FULL, runs), ("s-less", LESS, ready)):
            steps = [at(second + side, each) for second, each in enumerate(pods) for side in (0, 1)]
            body.append(line(curve(steps), kind, ink))
        body.append(text(at(26, 0)[0], at(0, max(runs))[1] - 8, f"run: {max(runs)} at most", "middle"))
        body.append(text(at(32, 0)[0], at(0, 4)[1] + 20, f"ready: {min(ready)} at least", "middle"))
        told.append(f"{caption}: at least {min(ready)} ready, at most {max(runs)} run, {end} s")
    title = f"Pods that are ready and pods that run while four are replaced. {'; '.join(told)}."
    return drawing(name, title, 660, y0 + 26, body)


DRAWN: dict[str, Callable[[str], str]] = {"placement": placement, "eviction": eviction, "rollout": rollout}


def main() -> int:
    for name, plot in DRAWN.items():
        (FIGURES / f"{name}.svg").write_text(plot(name), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
