# %% [markdown]
# # Who moves when a node joins?
#
# **Modulo moves four keys of five when four nodes become five; ring, rendezvous and jump move one of five, and only
# to the new node.**
#
# A key that moves is a cart that must travel, or a cache that starts cold. Four placements say, without asking
# anybody, which node owns a key. This lab gives each 20,000 keys, adds one node, and counts.
#
# The first cell names the packages. The lab imports programs of this site as well: they are in `programs.zip`, which is
# offered at the end, to be unpacked beside the lab.

# %%
# /// script
# requires-python = ">=3.11"
# dependencies = ["matplotlib", "starlette~=1.10.0", "httpx2~=2.16"]
# ///
from matplotlib.figure import Figure

from labs.index.drawing import FULL, INK, LESS, SOFT, Chart
from stateful.less_scalable.measures import moved, spread, theory
from stateful.less_scalable.placement import jump, modulo, rendezvous, ring

KEYS = [f"user-{n}" for n in range(20_000)]
WAYS = (modulo, ring, rendezvous, jump)

# %% [markdown]
# ## Measure
#
# `moved` gives the new owner of each key that changes hands. The second number is how many of those went to a node
# that was there before: they moved for nothing.

# %%
shares, for_nothing = {}, {}
for way in WAYS:
    name, owners = way.__name__, moved(way, 4, KEYS)
    shares[name] = len(owners) / len(KEYS)
    for_nothing[name] = sum(owner != "4" for owner in owners)
    print(f"{name:11}{shares[name]:.3f}{for_nothing[name]:8}")

# %% [markdown]
# Who moves little can still share badly. A ring gives each node as much as the gaps before its points say, so ten
# nodes with one point each own very different shares. More points a node even them out; the formula for points that
# fall anywhere is √((N−1)/(NV+1)).

# %%
POINTS = (1, 3, 10, 30, 100)
spreads = {each: spread(10, each, rings=100) for each in POINTS}
for each, value in spreads.items():
    print(f"V = {each:<5}{value:.3f}   formula {theory(10, each):.3f}")

# %% [markdown]
# ## See

# %%
figure = Figure(figsize=(8.4, 3.2), layout="constrained")
left, right = figure.subplots(1, 2)
colours = [FULL if share > 0.5 else LESS for share in shares.values()]
left.barh(
    list(shares), list(shares.values()), color="none", edgecolor=colours, lw=2
)
left.axvline(1 / 5, color=SOFT, ls=":")
left.invert_yaxis()
left.set_xlim(0, 1)
left.set_title("share of keys that move, 4 → 5 nodes", fontsize=11, loc="left")
right.plot(POINTS, [theory(10, each) for each in POINTS], color=LESS)
right.plot(POINTS, list(spreads.values()), "o", color=INK)
right.set_xscale("log")
right.set_xlabel("points a node, V")
right.set_title("spread of a ring's shares, 10 nodes", fontsize=11, loc="left")
moves = ", ".join(f"{way} {share:.3f}" for way, share in shares.items())
evens = ", ".join(f"{value:.3f} at {each}" for each, value in spreads.items())
Chart(
    figure,
    f"Keys that move from four nodes to five: {moves}. "
    f"Spread of a ring's shares, by points a node: {evens}.",
)

# %% [markdown]
# ## Answer
#
# All that is random here is seeded by names, so these numbers are the same on every machine.

# %%
assert abs(shares.pop("modulo") - 4 / 5) < 0.01
assert for_nothing.pop("modulo") > 0
assert all(abs(share - 1 / 5) < 0.05 for share in shares.values())
assert not any(for_nothing.values())
assert all(abs(spreads[each] / theory(10, each) - 1) < 0.15 for each in POINTS)
print("One of five moves, and to the new node; by modulo it is four of five.")

# %% [markdown]
# **What would change it:** going from four nodes to eight, where modulo moves one half, as every way must; few points
# a node, where a ring is far from even; a node that *leaves* from the middle, which jump cannot name.
#
# Next: [the carts that travel](../stateful/less-scalable.md), with programs that hand them over.
