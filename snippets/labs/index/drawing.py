"""Charts in the site's ink: SVG that follows the page's colours."""

import re
from html import escape
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

INK, SOFT, LESS, FULL = "#24292f", "#5a626c", "#0072b2", "#d55e00"
NAMES = {INK: "ink", SOFT: "soft", LESS: "less", FULL: "full"}
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "where state lives",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
mpl.rcParams.update(STYLE)


class Chart:
    """What a notebook shows for a figure; `told` is what it says in words."""

    def __init__(self, figure: Figure, told: str) -> None:
        self.figure, self.told = figure, told

    def __repr__(self) -> str:
        return self.told

    def _repr_svg_(self) -> str:
        out = StringIO()
        metadata = {"Date": None, "Creator": None}
        self.figure.savefig(
            out, format="svg", transparent=True, metadata=metadata
        )
        svg = out.getvalue()[out.getvalue().index("<svg") :]
        svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
        for ink, name in NAMES.items():
            svg = svg.replace(ink, f"var(--state-{name}, {ink})")
        title = f"<title>{escape(self.told)}</title>"
        return svg.replace("<svg", '<svg role="img"').replace(
            ">", f">{title}", 1
        )
